// One weighting library in a process of its own: walls first, then the library, then one frame after another.
// Started by WeightingPlugins with the descriptors of HostDescriptors; everything else is in Session.swift.
runSession()
