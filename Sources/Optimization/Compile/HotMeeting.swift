import Timetabling

/// What the search asks of a meeting, side by side: one look-up and one line of cache instead of nine.
struct HotMeeting: BitwiseCopyable, Sendable {
  var lesson: Int32
  /// Its row of times, and where this row's options stand; meetings that may be at the same times share a row.
  var timeRow: Int32
  var timeBegin: Int32
  var timeCount: Int32
  /// The same of rooms.
  var roomRow: Int32
  var roomBegin: Int32
  var roomCount: Int32
  /// Meetings of its lesson.
  var siblingBegin: Int32
  var siblingEnd: Int32
  var needsSeveralRooms: Bool

  @inline(__always) var siblings: Range<Int> { Range(uncheckedBounds: (Int(siblingBegin), Int(siblingEnd))) }

  static func all(
    _ options: MeetingOptions, _ times: Rows<Int32>, _ rooms: Rows<Int32>, _ problem: Problem
  ) -> Flat<HotMeeting> {
    Flat(
      options.lessonOf.indices.map { meeting in
        let (lesson, timeRow, roomRow) = (options.lessonOf[meeting], options.timeRow[meeting], options.roomRow[meeting])
        return HotMeeting(
          lesson: Int32(lesson), timeRow: Int32(timeRow), timeBegin: times.begin[timeRow],
          timeCount: Int32(times.count(timeRow)), roomRow: Int32(roomRow), roomBegin: rooms.begin[roomRow],
          roomCount: Int32(rooms.count(roomRow)), siblingBegin: Int32(options.meetingBegin[lesson]),
          siblingEnd: Int32(options.meetingBegin[lesson + 1]),
          needsSeveralRooms: problem.lessons[lesson].roomNeed.count > 1)
      })
  }

  /// A random room among the meeting's options.
  @inline(__always) func room(_ options: Rows<Int32>, _ random: inout RandomSource) -> Int {
    Int(options[Int(roomBegin) &+ random.below(Int(roomCount))])
  }
}
