import Foundation
import Persistence
import Tenancy
import Tokens

extension Claims {
  func question(account: UUID) -> StandingQuestion {
    StandingQuestion(account: account, token: id, session: session)
  }
}

extension Standing {
  /// Why a token that says this counts no longer; nil where it does. Whether it was refreshed is another question.
  func refusal(of claims: Claims) -> TokenRefusal? {
    guard tenantState == .active else { return .claims("the tenant is \(tenantState.rawValue)") }
    guard claims.tenantVersion >= tenantVersion else { return .claims("revoked with the tenant's older tokens") }
    guard let account, account.isEnabled else { return .claims("the account is gone or disabled") }
    guard claims.accountVersion >= account.tokenVersion else {
      return .claims("revoked with the account's older tokens")
    }
    return isSessionRevoked ? .claims("the session has ended") : nil
  }

  /// Whether somebody who showed this token may go on watching: a refreshed token ends no stream.
  func mayWatch(with claims: Claims) -> Bool {
    guard refusal(of: claims) == nil, let account else { return false }
    return account.roles.intersection(claims.roles).contains { $0.may(.readJob) }
  }
}
