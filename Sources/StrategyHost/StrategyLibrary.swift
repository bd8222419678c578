internal import CWeightingPlugin
import Glibc
import StrategyFrames

/// The library behind `HostDescriptors.library`, loaded and initialized. Its fields are the C side's pointers,
/// valid until the process ends.
struct StrategyLibrary {
  let factory: UnsafePointer<ttw_strategy_factory_t>

  /// Loads what the client has opened and checked, by descriptor: a file put in its place since then is not it.
  init() throws {
    let path = "/proc/self/fd/\(HostDescriptors.library)"
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw HostRefusal(message: "could not be loaded: \(dlerror().map { String(cString: $0) } ?? "no reason given")")
    }
    guard let symbol = dlsym(handle, TTW_ENTRY_SYMBOL) else {
      throw HostRefusal(message: "exports no function \(TTW_ENTRY_SYMBOL)")
    }
    let function = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafePointer<ttw_entry_t>?).self)
    guard let entry = function() else { throw HostRefusal(message: "\(TTW_ENTRY_SYMBOL) returned null") }
    try StrategyLibrary.check(
      size: entry.pointee.struct_size, against: ttw_entry_t.self, abi: entry.pointee.abi, what: "entry")

    try callingC("init") { entry.pointee.`init`(path, $0) }
    guard let raw = entry.pointee.get_factory(TTW_FACTORY_STRATEGY) else {
      throw HostRefusal(message: "provides no \(TTW_FACTORY_STRATEGY)")
    }
    factory = raw.assumingMemoryBound(to: ttw_strategy_factory_t.self)
    try StrategyLibrary.check(
      size: factory.pointee.struct_size, against: ttw_strategy_factory_t.self, what: "factory")
  }

  /// A struct of this or a later minor version is as long as ours or longer.
  static func check<Struct>(
    size: UInt32, against type: Struct.Type, abi: ttw_version_t? = nil, what: String
  ) throws {
    if let abi, abi.major != TTW_ABI_MAJOR {
      throw HostRefusal(
        status: Int32(TTW_UNSUPPORTED),
        message: "was built for version \(abi.major).\(abi.minor) of weighting_plugin.h, this program has "
          + "\(TTW_ABI_MAJOR).\(TTW_ABI_MINOR)")
    }
    guard size >= MemoryLayout<Struct>.size, size < 65_536 else {
      throw HostRefusal(
        status: Int32(TTW_UNSUPPORTED),
        message: "its \(what) has \(size) bytes, at least \(MemoryLayout<Struct>.size) were expected: it was built "
          + "against another weighting_plugin.h")
    }
  }

  func descriptors() throws -> [HostReply.Descriptor] {
    let count = factory.pointee.count()
    guard count > 0, count <= 64 else { throw HostRefusal(message: "offers \(count) strategies, not 1 to 64") }
    return try (0..<count).map { index in
      guard let descriptor = factory.pointee.descriptor(index) else {
        throw HostRefusal(message: "gives no descriptor of strategy \(index)")
      }
      return try HostReply.Descriptor(descriptor.pointee)
    }
  }
}

/// Calls into the library and turns a status other than OK into an error with the library's words.
func callingC(_ name: String, _ call: (UnsafeMutablePointer<ttw_error_t>) -> ttw_status) throws {
  var error = ttw_error_t()
  let status = call(&error)
  guard status != ttw_status(TTW_OK) else { return }
  throw HostRefusal(status: status, message: "\(name): \(error.text ?? "failed with status \(status)")")
}

extension ttw_error_t {
  var text: String? {
    let text = withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return text.isEmpty ? nil : text
  }
}

extension HostReply.Descriptor {
  init(_ descriptor: ttw_descriptor_t) throws {
    try StrategyLibrary.check(
      size: descriptor.struct_size, against: ttw_descriptor_t.self, abi: descriptor.abi, what: "descriptor")
    guard descriptor.option_count <= 64, descriptor.option_count == 0 || descriptor.options != nil else {
      throw HostRefusal(message: "declares \(descriptor.option_count) options, more than 64 or without a list")
    }
    let options = UnsafeBufferPointer(start: descriptor.options, count: Int(descriptor.option_count)).map {
      HostReply.Option(
        id: Self.text($0.id), summary: Self.text($0.summary), minimum: $0.min_value, maximum: $0.max_value,
        defaultValue: $0.default_value, isInteger: $0.flags & TTW_OPTION_IS_INTEGER != 0)
    }
    self.init(
      id: Self.text(descriptor.id), name: Self.text(descriptor.name), version: Self.text(descriptor.version),
      summary: Self.text(descriptor.summary), options: options)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: pointer, count: strnlen(pointer, 500)), as: UTF8.self)
  }
}
