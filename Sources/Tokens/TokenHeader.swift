/// What a token says about itself. Members that ask for more than a key's name are refused:
/// an unread `crit`, `jwk` or `jku` is how a token chooses its own judge.
struct TokenHeader {
  let algorithm: String
  let keyID: String

  init(_ bytes: [UInt8]) throws(TokenRefusal) {
    let members: [String: StrictJSON]
    do {
      guard let object = try StrictJSON(bytes, limits: .init(depth: 4, values: 16)).object else {
        throw TokenRefusal.header("not an object")
      }
      members = object
    } catch let failure as StrictJSON.Failure {
      throw .header(failure.reason)
    } catch {
      throw .header("not an object")
    }
    if let other = members.keys.first(where: { !["alg", "typ", "kid"].contains($0) }) {
      throw .header("member '\(other)' is not allowed")
    }
    if let type = members["typ"], type != .string("JWT") { throw .header("typ is not 'JWT'") }
    guard let algorithm = members["alg"]?.string else { throw .header("alg is missing or no string") }
    guard let keyID = members["kid"]?.string, !keyID.isEmpty else { throw .header("kid is missing or no string") }
    self.algorithm = algorithm
    self.keyID = keyID
  }
}
