import Timetabling

/// Every FET constraint that is understood, with what it becomes. A handler answers false for a
/// variant of its constraint that cannot be expressed.
enum FETCatalogue {
  typealias Handler = @Sendable (inout FETMapping, XMLElement, Constraint.Enforcement) -> Bool

  static let handlers: [String: Handler] = people.merging(times, uniquingKeysWith: { first, _ in first })
    .merging(lessons, uniquingKeysWith: { first, _ in first }).merging(rooms, uniquingKeysWith: { first, _ in first })

  private static let people: [String: Handler] = [
    "TeachersMaxGapsPerWeek": everybody(.teacherMaxGapsPerWeek, "max", "Max_Gaps"),
    "TeacherMaxGapsPerWeek": teacher(.teacherMaxGapsPerWeek, "max", "Max_Gaps"),
    "TeachersMaxGapsPerDay": everybody(.teacherMaxGapsPerDay, "max", "Max_Gaps"),
    "TeacherMaxGapsPerDay": teacher(.teacherMaxGapsPerDay, "max", "Max_Gaps"),
    "TeachersMaxDaysPerWeek": everybody(.teacherMaxDaysPerWeek, "max", "Max_Days_Per_Week"),
    "TeacherMaxDaysPerWeek": teacher(.teacherMaxDaysPerWeek, "max", "Max_Days_Per_Week"),
    "TeachersMaxHoursDaily": everybody(.teacherMaxPeriodsPerDay, "max", "Maximum_Hours_Daily"),
    "TeacherMaxHoursDaily": teacher(.teacherMaxPeriodsPerDay, "max", "Maximum_Hours_Daily"),
    "TeachersMinHoursDaily": everybody(.teacherMinPeriodsPerDay, "min", "Minimum_Hours_Daily"),
    "TeacherMinHoursDaily": teacher(.teacherMinPeriodsPerDay, "min", "Minimum_Hours_Daily"),
    "TeachersMaxHoursContinuously": everybody(.teacherMaxPeriodsInRow, "max", "Maximum_Hours_Continuously"),
    "TeacherMaxHoursContinuously": teacher(.teacherMaxPeriodsInRow, "max", "Maximum_Hours_Continuously"),
    "TeachersMaxSpanPerDay": everybody(.teacherMaxSpanPerDay, "max", "Max_Span"),
    "TeacherMaxSpanPerDay": teacher(.teacherMaxSpanPerDay, "max", "Max_Span"),
    "TeachersMaxHoursDailyInInterval": everybody(.teacherMaxPeriodsPerDayInTimes, "max", "Maximum_Hours_Daily"),
    "TeacherMaxHoursDailyInInterval": teacher(.teacherMaxPeriodsPerDayInTimes, "max", "Maximum_Hours_Daily"),
    "TeachersIntervalMaxDaysPerWeek": everybody(.teacherMaxDaysPerWeekInTimes, "max", "Max_Days_Per_Week"),
    "TeacherIntervalMaxDaysPerWeek": teacher(.teacherMaxDaysPerWeekInTimes, "max", "Max_Days_Per_Week"),
    "StudentsMaxGapsPerWeek": everybody(.groupMaxGapsPerWeek, "max", "Max_Gaps"),
    "StudentsSetMaxGapsPerWeek": students(.groupMaxGapsPerWeek, "max", "Max_Gaps"),
    "StudentsMaxGapsPerDay": everybody(.groupMaxGapsPerDay, "max", "Max_Gaps"),
    "StudentsSetMaxGapsPerDay": students(.groupMaxGapsPerDay, "max", "Max_Gaps"),
    "StudentsMaxDaysPerWeek": everybody(.groupMaxDaysPerWeek, "max", "Max_Days_Per_Week"),
    "StudentsSetMaxDaysPerWeek": students(.groupMaxDaysPerWeek, "max", "Max_Days_Per_Week"),
    "StudentsMaxHoursDaily": everybody(.groupMaxPeriodsPerDay, "max", "Maximum_Hours_Daily"),
    "StudentsSetMaxHoursDaily": students(.groupMaxPeriodsPerDay, "max", "Maximum_Hours_Daily"),
    "StudentsMinHoursDaily": everybody(.groupMinPeriodsPerDay, "min", "Minimum_Hours_Daily"),
    "StudentsSetMinHoursDaily": students(.groupMinPeriodsPerDay, "min", "Minimum_Hours_Daily"),
    "StudentsMaxHoursContinuously": everybody(.groupMaxPeriodsInRow, "max", "Maximum_Hours_Continuously"),
    "StudentsSetMaxHoursContinuously": students(.groupMaxPeriodsInRow, "max", "Maximum_Hours_Continuously"),
    "StudentsMaxSpanPerDay": everybody(.groupMaxSpanPerDay, "max", "Max_Span"),
    "StudentsSetMaxSpanPerDay": students(.groupMaxSpanPerDay, "max", "Max_Span"),
    "StudentsMaxHoursDailyInInterval": everybody(.groupMaxPeriodsPerDayInTimes, "max", "Maximum_Hours_Daily"),
    "StudentsSetMaxHoursDailyInInterval": students(.groupMaxPeriodsPerDayInTimes, "max", "Maximum_Hours_Daily"),
    "StudentsIntervalMaxDaysPerWeek": everybody(.groupMaxDaysPerWeekInTimes, "max", "Max_Days_Per_Week"),
    "StudentsSetIntervalMaxDaysPerWeek": students(.groupMaxDaysPerWeekInTimes, "max", "Max_Days_Per_Week"),
    "StudentsEarlyMaxBeginningsAtSecondHour": everybody(.groupMaxLateStarts, "max", "Max_Beginnings_At_Second_Hour"),
    "StudentsSetEarlyMaxBeginningsAtSecondHour": students(
      .groupMaxLateStarts, "max", "Max_Beginnings_At_Second_Hour"),
  ]

  private static let times: [String: Handler] = [
    "BasicCompulsoryTime": { _, _, enforcement in enforcement == .hard },
    "BreakTimes": { mapping, element, _ in
      mapping.breaks.formUnion(mapping.slots(element, "Break_Time", "Day", "Hour"))
      return true
    },
    "TeacherNotAvailableTimes": { mapping, element, enforcement in
      guard enforcement == .hard, let teacher = mapping.teacher(element) else { return false }
      mapping.blockedTeachers[teacher, default: []].formUnion(mapping.notAvailable(element))
      return true
    },
    "StudentsSetNotAvailableTimes": { mapping, element, enforcement in
      guard enforcement == .hard, let group = mapping.students(element) else { return false }
      mapping.blockedGroups[group, default: []].formUnion(mapping.notAvailable(element))
      return true
    },
    "RoomNotAvailableTimes": { mapping, element, enforcement in
      guard enforcement == .hard, let room = element.text("Room").flatMap({ mapping.rooms[$0] }) else { return false }
      mapping.blockedRooms[room, default: []].formUnion(mapping.notAvailable(element))
      return true
    },
    "ActivityPreferredStartingTime": { $0.preferStart($1, $2) },
    "ActivityPreferredStartingTimes": { $0.preferStarts($1, $2) },
    "ActivitiesPreferredStartingTimes": { $0.preferStarts($1, $2) },
    "SubactivitiesPreferredStartingTimes": { $0.preferStarts($1, $2) },
    "ActivityPreferredTimeSlots": { $0.preferSlots($1, $2) },
    "ActivitiesPreferredTimeSlots": { $0.preferSlots($1, $2) },
    "SubactivitiesPreferredTimeSlots": { $0.preferSlots($1, $2) },
  ]

  private static let lessons: [String: Handler] = [
    "MinDaysBetweenActivities": { $0.minDaysBetween($1, $2) },
    "MaxDaysBetweenActivities": { mapping, element, enforcement in
      guard let days = element.integer("MaxDays"), days >= 0 else { return false }
      // That the week keeps anyway is left out.
      if days < mapping.clock.days.count - 1 {
        mapping.addSet(element, .lessonsMaxDaysBetween, enforcement, parameters: ["days": days])
      }
      return true
    },
    "ActivitiesSameStartingTime": set(.lessonsSameStart),
    "ActivitiesSameStartingDay": set(.lessonsSameDay),
    "ActivitiesSameStartingHour": set(.lessonsSameStartOfDay),
    "ActivitiesNotOverlapping": set(.lessonsNotOverlapping),
    "TwoActivitiesConsecutive": chain(.lessonsConsecutive),
    "TwoActivitiesGrouped": chain(.lessonsGrouped),
    "ThreeActivitiesGrouped": chain(.lessonsGrouped),
    "TwoActivitiesOrdered": chain(.lessonsOrdered),
    "TwoActivitiesOrderedIfSameDay": chain(.lessonsOrdered, parameters: ["sameDay": 1]),
    "MinGapsBetweenActivities": { mapping, element, enforcement in
      guard let gaps = element.integer("MinGaps") else { return false }
      mapping.addSet(element, .lessonsMinGap, enforcement, parameters: ["periods": gaps])
      return true
    },
    "ActivityEndsStudentsDay": set(.lessonsEndDay, atLeast: 1),
    "ActivitiesEndStudentsDay": { mapping, element, enforcement in
      let lessons = mapping.matching(element)
      if !lessons.isEmpty { mapping.add(element, .lessonsEndDay, enforcement, Selector(lessons: lessons)) }
      return true
    },
    "ActivitiesMaxSimultaneousInSelectedTimeSlots": { mapping, element, enforcement in
      guard let most = element.integer("Max_Number_of_Simultaneous_Activities") else { return false }
      let slots = mapping.slots(element, "Selected_Time_Slot", "Selected_Day", "Selected_Hour")
      let spans = mapping.clock.spans(slots, merged: false)
      mapping.addSet(element, .lessonsMaxSimultaneous, enforcement, parameters: ["max": most], times: spans)
      return true
    },
    "ActivitiesOccupyMaxDifferentRooms": { mapping, element, enforcement in
      guard element.integer("Max_Number_of_Different_Rooms") == 1 else { return false }
      mapping.addSet(element, .lessonsSameRoom, enforcement)
      return true
    },
  ]

  private static let rooms: [String: Handler] = [
    "BasicCompulsorySpace": { _, _, enforcement in enforcement == .hard },
    "ActivityPreferredRoom": { $0.preferRooms($1, $2, .preference) },
    "ActivityPreferredRooms": { $0.preferRooms($1, $2, .preference) },
    "SubjectPreferredRoom": { $0.preferRooms($1, $2, .preference) },
    "SubjectPreferredRooms": { $0.preferRooms($1, $2, .preference) },
    "ActivityTagPreferredRoom": { $0.preferRooms($1, $2, .preference) },
    "ActivityTagPreferredRooms": { $0.preferRooms($1, $2, .preference) },
    "SubjectActivityTagPreferredRoom": { $0.preferRooms($1, $2, .preference) },
    "SubjectActivityTagPreferredRooms": { $0.preferRooms($1, $2, .preference) },
    "StudentsSetHomeRoom": { $0.preferRooms($1, $2, .home) },
    "StudentsSetHomeRooms": { $0.preferRooms($1, $2, .home) },
    "TeacherHomeRoom": { $0.preferRooms($1, $2, .home) },
    "TeacherHomeRooms": { $0.preferRooms($1, $2, .home) },
  ]

  // MARK: Ways to make handlers

  private static func everybody(_ kind: ConstraintKind, _ parameter: String, _ value: String) -> Handler {
    { mapping, element, enforcement in
      mapping.limit(element, kind, enforcement, parameter, value, Selector())
    }
  }

  private static func teacher(_ kind: ConstraintKind, _ parameter: String, _ value: String) -> Handler {
    { mapping, element, enforcement in
      guard let teacher = mapping.teacher(element) else { return false }
      let selector = Selector(teachers: [mapping.problem.teachers[teacher].id])
      return mapping.limit(element, kind, enforcement, parameter, value, selector)
    }
  }

  private static func students(_ kind: ConstraintKind, _ parameter: String, _ value: String) -> Handler {
    { mapping, element, enforcement in
      guard let group = mapping.students(element) else { return false }
      let selector = Selector(groups: [mapping.problem.groups[group].id])
      return mapping.limit(element, kind, enforcement, parameter, value, selector)
    }
  }

  private static func set(_ kind: ConstraintKind, atLeast: Int = 2) -> Handler {
    { mapping, element, enforcement in
      mapping.addSet(element, kind, enforcement, atLeast: atLeast)
      return true
    }
  }

  private static func chain(_ kind: ConstraintKind, parameters: [String: Int] = [:]) -> Handler {
    { mapping, element, enforcement in
      let ids = ["First_Activity_Id", "Second_Activity_Id", "Third_Activity_Id"].compactMap { element.integer($0) }
      let lessons = mapping.lessons(ids)
      if lessons.count == ids.count, ids.count >= 2 {
        mapping.add(element, kind, enforcement, Selector(lessons: lessons), parameters: parameters)
      }
      return true
    }
  }
}
