import Jobs

/// Decides what a watcher of one job gets to see: never a step back, each event once, and the end only from PostgreSQL.
package struct ProgressFeedStateMachine: Sendable {
  /// One message to the watcher.
  package struct Frame: Equatable, Sendable {
    package enum Kind: String, Sendable { case progress, end }
    package var kind: Kind
    /// Nil for what PostgreSQL says between two events: it is not an event to resume from.
    package var eventID: String?
    package var reading: ProgressReading
  }

  package enum Action: Equatable, Sendable {
    case send(Frame)
    /// The last frame; the stream is over.
    case end(Frame)
    /// The event is of a claim that the job, as it was last read, doesn't know: read it again, then repeat the event.
    case readJob
    case none
  }

  private var job: Job
  private var last: (fence: Fence, seq: Int64)?
  private var shown: ProgressReading?
  private var isOver = false

  /// `after`: the id of the last event the watcher has seen.
  package init(job: Job, after eventID: String? = nil) {
    self.job = job
    last = eventID.flatMap(Progress.parse(eventID:)).map { ($0.fence, $0.seq) }
  }

  /// What a new watcher sees first. `newest`: the last event that Redis holds; not given to a watcher who comes back, who
  /// gets the events since its last one in their order.
  package mutating func begin(newest: Progress?) -> Action {
    if let newest, last == nil, case .send(let frame) = eventArrived(newest) { return .send(frame) }
    return jobRead(job)
  }

  package mutating func jobRead(_ job: Job) -> Action {
    guard !isOver else { return .none }
    self.job = job
    let reading = ProgressReading.merge(job: job, cached: nil)
    if job.state.isTerminal {
      isOver = true
      return .end(Frame(kind: .end, eventID: nil, reading: notBelowTheLast(reading)))
    }
    guard let shown else { return show(reading, nil) }
    let isNews =
      reading.state != shown.state || reading.attempt != shown.attempt
      || reading.isCancelRequested != shown.isCancelRequested || reading.percent > shown.percent
    return isNews ? show(reading, nil) : .none
  }

  package mutating func eventArrived(_ event: Progress) -> Action {
    guard !isOver, event.job == job.id else { return .none }
    if let last, (event.fence, event.seq) <= (last.fence, last.seq) { return .none }
    guard let fence = job.fence, event.fence <= fence, job.state == .running else {
      // Not running any more, or never so by this claim: ask PostgreSQL, which may know better by now.
      return event.fence > (job.fence ?? Fence(rawValue: -1)) ? .readJob : .none
    }
    guard event.fence == fence else { return .none }
    last = (event.fence, event.seq)
    return show(ProgressReading.merge(job: job, cached: event), event.eventID)
  }

  private mutating func show(_ reading: ProgressReading, _ eventID: String?) -> Action {
    let reading = notBelowTheLast(reading)
    shown = reading
    return .send(Frame(kind: .progress, eventID: eventID, reading: reading))
  }

  private func notBelowTheLast(_ reading: ProgressReading) -> ProgressReading {
    var reading = reading
    reading.percent = max(reading.percent, shown?.percent ?? 0)
    return reading
  }
}
