import Jobs

/// A WebSocket message in the shape of the requirement's document.
struct ProgressAlias: Encodable {
  var progress: Double
  var status: String
  var eta_seconds: Int?
  var phase: String

  init(_ reading: ProgressReading) {
    progress = reading.percent
    status = reading.state.isTerminal ? reading.state.rawValue : reading.message ?? reading.state.rawValue
    eta_seconds = reading.state.isTerminal ? 0 : reading.etaHigh.map { Int($0.rounded(.up)) }
    phase = reading.phase ?? reading.state.rawValue
  }
}
