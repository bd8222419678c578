/// How often each kind of move is proposed: thresholds of 256, in this order.
struct OperatorMix: Sendable, Hashable {
  var room: Int
  var time: Int
  var timeInRoom: Int
  var chain: Int
  var stability: Int
  var days: Int
  /// The rest.
  var eject: Int { 256 }

  /// For problems in which placed meetings can break hard rules: full weeks of school classes, where nearly every
  /// time is taken and a step needs a chain of others.
  static let tight = OperatorMix(room: 8, time: 130, timeInRoom: 190, chain: 236, stability: 238, days: 238)
  /// Many ejections, and meetings that give up their place.
  static let mending = OperatorMix(room: 4, time: 90, timeInRoom: 130, chain: 170, stability: 171, days: 171)
  static let standard = OperatorMix(room: 20, time: 244, timeInRoom: 256, chain: 256, stability: 256, days: 256)
  /// Where Kempe chains are measured without being made, one in sixteen proposals is one.
  static let chained = OperatorMix(room: 20, time: 228, timeInRoom: 240, chain: 256, stability: 256, days: 256)
}
