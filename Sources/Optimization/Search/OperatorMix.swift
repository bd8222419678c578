/// How often each kind of move is proposed: thresholds of 256, in this order.
struct OperatorMix: Sendable, Hashable {
  var room: Int
  var time: Int
  var timeInRoom: Int
  var chain: Int
  var stability: Int
  /// The rest.
  var eject: Int { 256 }

  static let standard = OperatorMix(room: 20, time: 244, timeInRoom: 256, chain: 256, stability: 256)
}
