/// Where the client leaves what the host needs, in the host's own numbering.
package enum HostDescriptors {
  /// The socket for frames. Not standard input and output: those a library may read, close and flood.
  package static let frames: Int32 = 3
  /// The library, opened and checked by the client, so that what was checked is what is loaded.
  package static let library: Int32 = 4
  /// From here on nothing may stay open.
  package static let firstUnused: Int32 = 5
}
