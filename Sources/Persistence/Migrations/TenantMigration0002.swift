/// Whoever deletes a teacher, room or group asks each table that refers to it. Without these indexes the second import
/// of 8,000 lessons took 6 s, most of it in scanning the rows that the import itself had just deleted.
let tenantMigration0002 = Migration(
  version: 2, name: "indexes for what is referred to",
  script: #"""
    CREATE INDEX lessons_of_teacher ON lesson_teacher (term, teacher);
    CREATE INDEX lessons_of_pool_teacher ON lesson_pool (term, teacher);
    CREATE INDEX lessons_of_group ON lesson_group (term, class_group);
    CREATE INDEX lessons_of_room ON lesson_room (term, room);
    CREATE INDEX lessons_of_course ON lesson (term, course);
    CREATE INDEX groups_of_part ON class_group_part (term, part);
    CREATE INDEX groups_of_home_room ON class_group (term, home_room);
    """#)
