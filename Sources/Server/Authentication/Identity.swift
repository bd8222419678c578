import Persistence
import Tenancy
import Tokens

/// Somebody whose token was verified and whose account and tenant are as good as it says, right now.
package struct Identity: Sendable {
  let claims: Claims
  let account: Account
  let tenant: TenantContext
}
