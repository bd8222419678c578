/// How sign-in answers those who guess, without ever shutting out those who don't.
///
/// Pure; memory and time are fixed. Three thoughts:
/// - The client comes first. Whoever fails often from one address is refused there, before any account is looked at;
///   other addresses notice nothing.
/// - An account is never locked. Failures make attempts on it *slower*, up to `mostDelay`, from addresses that have not
///   signed in to it before; the right password gets in after the wait, whoever else is trying.
/// - What succeeds costs nothing: a whole campus may come from one address.
package struct SignInStateMachine<Account: Hashable & Sendable, Client: Hashable & Sendable>: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package enum Decision: Equatable, Sendable {
    case attempt(after: Duration)
    case refuse(retryAfter: Duration)
  }

  package struct Rules: Sendable {
    /// Failures that one address may have at once; one more every `clientInterval`.
    package var clientFailures = 60.0
    package var clientInterval = Duration.seconds(1)
    /// Failures on one account from strangers' addresses, and of one address on one account, that cost nothing yet.
    package var freeFailures = 5.0
    /// One failure is forgotten in this time.
    package var forgetsIn = Duration.seconds(60)
    package var firstDelay = Duration.milliseconds(250)
    package var mostDelay = Duration.seconds(3)
    /// Pairs of account and address that are remembered to have signed in.
    package var remembered = 1 << 16

    package init() {}
  }

  private struct Pair: Hashable {
    let account: Account
    let client: Client
  }

  private let rules: Rules
  private var clients: DebtSketch
  private var accounts: DebtSketch
  private var pairs: DebtSketch
  /// Each pair's fingerprint in a place of its own; the last one there stays.
  private var known: [Int]

  package init(rules: Rules = Rules(), start: Instant) {
    self.rules = rules
    clients = DebtSketch(interval: rules.clientInterval, most: rules.clientFailures, start: start)
    accounts = DebtSketch(interval: rules.forgetsIn, most: 40, start: start)
    pairs = DebtSketch(interval: rules.forgetsIn, most: 40, start: start)
    known = [Int](repeating: 0, count: rules.remembered)
  }

  /// Counts as a failure until `succeeded` says otherwise, so that attempts at the same time count too.
  package mutating func attempted(_ account: Account, from client: Client, at now: Instant) -> Decision {
    let pair = Pair(account: account, client: client)
    let isKnown = knows(pair)
    let debt = clients.debt(of: client, at: now)
    // Someone beside a guesser, behind one address, who was here before.
    if !isKnown || pairs.debt(of: pair, at: now) > rules.freeFailures, debt + 1 > rules.clientFailures {
      return .refuse(retryAfter: rules.clientInterval * (debt + 1 - rules.clientFailures))
    }
    let failures = isKnown ? 0 : accounts.debt(of: account, at: now)
    let delay = max(delay(after: failures), self.delay(after: pairs.debt(of: pair, at: now)))
    clients.add(to: client, at: now)
    accounts.add(to: account, at: now)
    pairs.add(to: pair, at: now)
    return .attempt(after: delay)
  }

  package mutating func succeeded(_ account: Account, from client: Client) {
    let pair = Pair(account: account, client: client)
    clients.takeBack(from: client)
    accounts.takeBack(from: account)
    pairs.takeBack(from: pair)
    known[place(of: pair)] = fingerprint(pair)
  }

  /// It never came to comparing the password.
  package mutating func gaveUp(_ account: Account, from client: Client) {
    clients.takeBack(from: client)
    accounts.takeBack(from: account)
    pairs.takeBack(from: Pair(account: account, client: client))
  }

  private func delay(after failures: Double) -> Duration {
    guard failures > rules.freeFailures else { return .zero }
    var delay = rules.firstDelay
    var left = failures - rules.freeFailures
    while left > 1, delay < rules.mostDelay {
      delay = delay * 3 / 2
      left -= 1
    }
    return min(delay, rules.mostDelay)
  }

  private func knows(_ pair: Pair) -> Bool { known[place(of: pair)] == fingerprint(pair) }

  private func place(of pair: Pair) -> Int { Int(UInt(bitPattern: hash(pair, 1)) % UInt(known.count)) }

  /// Never 0, which stands for nobody.
  private func fingerprint(_ pair: Pair) -> Int { hash(pair, 2) | 1 }

  private func hash(_ pair: Pair, _ salt: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(salt)
    hasher.combine(pair)
    return hasher.finalize()
  }
}
