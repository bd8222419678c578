public import CWeightingPlugin
import Glibc

/// The C structs of one strategy, ready to be returned from `ttw_plugin_entry`. Call it once in a library, and keep
/// the result in a global constant; the memory is never freed.
public func makeEntry(_ definition: StrategyDefinition) -> UnsafePointer<ttw_entry_t> {
  published = Published(definition)
  return permanent(
    ttw_entry_t(
      struct_size: UInt32(MemoryLayout<ttw_entry_t>.size), abi: abi, init: { _, _ in ttw_status(TTW_OK) },
      deinit: {},
      get_factory: { id in
        guard let id, strcmp(id, TTW_FACTORY_STRATEGY) == 0 else { return nil }
        return UnsafeRawPointer(published.factory)
      }))
}

/// C functions carry no context, so a library's one definition is a global: set by `makeEntry` before the host has
/// any function to call, and constant ever after.
nonisolated(unsafe) private var published: Published!

private struct Published {
  let definition: StrategyDefinition
  let descriptor: UnsafePointer<ttw_descriptor_t>
  let factory: UnsafePointer<ttw_strategy_factory_t>

  init(_ definition: StrategyDefinition) {
    self.definition = definition
    let options = definition.options.map {
      ttw_option_info_t(
        id: permanent($0.id), summary: permanent($0.summary), min_value: $0.range.lowerBound,
        max_value: $0.range.upperBound, default_value: $0.defaultValue, flags: 0)
    }
    let list = UnsafeMutableBufferPointer<ttw_option_info_t>.allocate(capacity: options.count)
    _ = list.initialize(from: options)
    descriptor = permanent(
      ttw_descriptor_t(
        struct_size: UInt32(MemoryLayout<ttw_descriptor_t>.size), abi: abi, id: permanent(definition.id),
        name: permanent(definition.name), version: permanent(definition.version),
        summary: permanent(definition.summary), option_count: UInt32(options.count),
        options: UnsafePointer(list.baseAddress)))
    factory = permanent(
      ttw_strategy_factory_t(
        struct_size: UInt32(MemoryLayout<ttw_strategy_factory_t>.size), count: { 1 },
        descriptor: { index in index == 0 ? published.descriptor : nil },
        create: { id, _, error in
          guard let id, strcmp(id, published.descriptor.pointee.id) == 0 else {
            write("there is no strategy '\(id.map { String(cString: $0) } ?? "")' in this library", to: error)
            return nil
          }
          return makeStrategy()
        }))
  }
}

/// One strategy between create and destroy.
private final class Instance {
  var options: [String: Double] = [:]
  var problem: UnsafePointer<ttw_problem_t>?

  static func of(_ strategy: UnsafeMutablePointer<ttw_strategy_t>?) -> Instance {
    Unmanaged<Instance>.fromOpaque(strategy!.pointee.strategy_data).takeUnretainedValue()
  }
}

private func makeStrategy() -> UnsafeMutablePointer<ttw_strategy_t> {
  let strategy = UnsafeMutablePointer<ttw_strategy_t>.allocate(capacity: 1)
  strategy.initialize(
    to: ttw_strategy_t(
      struct_size: UInt32(MemoryLayout<ttw_strategy_t>.size), descriptor: published.descriptor,
      strategy_data: Unmanaged.passRetained(Instance()).toOpaque(),
      configure: { strategy, options, count, _, _ in
        for option in UnsafeBufferPointer(start: options, count: Int(count)) {
          Instance.of(strategy).options[String(cString: option.id)] = option.value
        }
        return ttw_status(TTW_OK)
      },
      prepare: { strategy, problem, _ in
        Instance.of(strategy).problem = problem
        return ttw_status(TTW_OK)
      },
      choose_weights: { strategy, _, weights, error in chooseWeights(Instance.of(strategy), weights!, error) },
      finish: { strategy in Instance.of(strategy).problem = nil },
      destroy: { strategy in
        Unmanaged<Instance>.fromOpaque(strategy!.pointee.strategy_data).release()
        strategy!.deallocate()
      },
      get_extension: { _, _ in nil }))
  return strategy
}

private func chooseWeights(
  _ instance: Instance, _ weights: UnsafeMutablePointer<Int32>, _ error: UnsafeMutablePointer<ttw_error_t>?
) -> ttw_status {
  guard let problem = instance.problem?.pointee else {
    write("choose_weights was called before prepare", to: error)
    return ttw_status(TTW_FAILED)
  }
  var weighing = Weighing(options: instance.options)
  published.definition.weigh(&weighing)
  switch weighing.weights(for: UnsafeBufferPointer(start: problem.terms, count: Int(problem.term_count))) {
  case .success(let values):
    for (index, value) in values.enumerated() { weights[index] = value }
    return ttw_status(TTW_OK)
  case .failure(let unknown):
    write("this problem has no criterion '\(unknown.name)'\nMaybe the library is newer than the host", to: error)
    return ttw_status(TTW_INVALID_PROBLEM)
  }
}

private let abi = ttw_version_t(major: TTW_ABI_MAJOR, minor: TTW_ABI_MINOR)

private func permanent(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(strdup(text)) }

private func permanent<Value>(_ value: Value) -> UnsafePointer<Value> {
  let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
  memory.initialize(to: value)
  return UnsafePointer(memory)
}

private func write(_ message: String, to error: UnsafeMutablePointer<ttw_error_t>?) {
  guard let error else { return }
  withUnsafeMutableBytes(of: &error.pointee.message) { buffer in
    let bytes = message.utf8.prefix(Int(TTW_ERROR_CAPACITY) - 1)
    buffer.copyBytes(from: bytes)
    buffer[bytes.count] = 0
  }
}
