/// How long tokens live and how far clocks may disagree, in seconds.
public struct TokenRules: Hashable, Sendable {
  /// A token may live so long at most. 60...3,600, default 600: what a stolen token is worth.
  public let lifetime: Int64
  /// 0...120, default 30.
  public let leeway: Int64
  /// A session can be refreshed for so long after signing in. Default 12 hours.
  public let session: Int64
  /// A token that was refreshed is good for so long after: an answer may get lost, requests may be on their way.
  /// 0...60, default 10. Whoever shows it later has it from somebody else, or somebody else has its successor.
  public let grace: Int64

  /// After this time since signing in no token of the session is good, whatever clocks say.
  public var sessionEnd: Int64 { session + lifetime + 120 }

  public init(lifetime: Int64 = 600, leeway: Int64 = 30, session: Int64 = 12 * 3_600, grace: Int64 = 10) {
    precondition((60...3_600).contains(lifetime), "lifetime is \(lifetime) s, must be from 60 to 3600")
    precondition((0...120).contains(leeway), "leeway is \(leeway) s, must be from 0 to 120")
    precondition(session >= lifetime, "session is \(session) s, must be at least the lifetime \(lifetime)")
    precondition((0...60).contains(grace), "grace is \(grace) s, must be from 0 to 60")
    self.lifetime = lifetime
    self.leeway = leeway
    self.session = session
    self.grace = grace
  }
}
