import Jobs
import Testing
import Worker

@Suite struct TenantWordsTests {
  @Test(arguments: [
    ("no library in /srv/horarium/plugins/ offers it", "no library in plugins offers it"),
    (
      "strategy /opt/h/lib/x.so (refused): its id a.b is taken by /opt/h/lib/y.so",
      "strategy x.so (refused): its id a.b is taken by y.so"
    ),
    ("/a/b", "b"), ("loaded from:/data/ortools/.libs/libortools.so.9: no", "loaded from:libortools.so.9: no"),
    ("its last words: /mnt/src/x.c:12: '/etc/passwd'", "its last words: x.c:12: 'passwd'"),
    // No paths of a machine.
    ("/lessons/0/teachers/1: nobody", "/lessons/0/teachers/1: nobody"),
    ("3 meetings/week, n/a, 1/2", "3 meetings/week, n/a, 1/2"),
    ("https://horarium.org/problems/x", "https://horarium.org/problems/x"), ("a / b // c", "a / b // c"), ("", ""),
    ("/", "/"),
  ])
  func namesFilesAndNotWhereTheyLie(_ text: String, _ expected: String) {
    #expect(TenantWords.of(text) == expected)
    let failure = JobFailure(.permanent, code: "x", message: text).forTenants
    #expect(failure.message == expected && failure.code == "x")
  }
}
