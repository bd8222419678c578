internal import CLibjwt
internal import Foundation

/// The two calls into libjwt. What it doesn't check is checked around it: it takes an empty key for
/// "no signature wanted", and the algorithm from the token, so neither reaches it unseen.
enum SignedToken {
  /// `token` must have passed `TokenForm`: short, and without NUL.
  static func isSigned(_ token: String, with secret: [UInt8]) -> Bool {
    precondition(secret.count >= TokenKeys.minimumLength, "a key of \(secret.count) bytes got past TokenKeys")
    var handle: OpaquePointer?
    let code = jwt_decode(&handle, token, secret, Int32(secret.count))
    defer { if let handle { jwt_free(handle) } }
    guard code == 0, let handle else { return false }
    return jwt_get_alg(handle) == JWT_ALG_HS256
  }

  /// Nil when libjwt fails. `payload` is a JSON object.
  static func make(payload: String, keyID: String, secret: [UInt8]) -> String? {
    precondition(secret.count >= TokenKeys.minimumLength, "a key of \(secret.count) bytes got past TokenKeys")
    var handle: OpaquePointer?
    guard jwt_new(&handle) == 0, let handle else { return nil }
    defer { jwt_free(handle) }
    guard jwt_set_alg(handle, JWT_ALG_HS256, secret, Int32(secret.count)) == 0,
      jwt_add_header(handle, "kid", keyID) == 0,
      jwt_add_grants_json(handle, payload) == 0,
      let text = jwt_encode_str(handle)
    else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}
