import Foundation
import Testing

/// The whole way over HTTP: from an institution's data to a student's published week.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct StoryTests {
  @Test func fromImportToAStudentsWeek() async throws {
    try await Deployment.with { deployment in
      let anyone = Client(server: deployment.server)
      let admin = try await anyone.signedIn(
        tenant: "alpha", email: "admin@alpha.example", password: "a-long-password-1")
      let head = try await anyone.signedIn(tenant: "alpha", email: "head@alpha.example", password: "a-long-password-2")
      let student = try await anyone.signedIn(
        tenant: "alpha", email: "student@alpha.example", password: "a-long-password-3")

      // Import: what comes out goes in again.
      let exported = try await admin.get("/v1/institution")
      #expect(exported.status == 200)
      let tag = try #require(exported.headers["etag"])
      let imported = try await admin.put("/v1/institution", bytes: exported.body, headers: ["If-Match": tag])
      #expect(imported.status == 200, "\(imported.text)")
      #expect(try await admin.put("/v1/institution", bytes: exported.body).status == 428)

      // Generate; the same key twice is one job.
      let key = UUID().uuidString
      let order: JSON = ["seconds": 3, "seed": 7]
      let submitted = try await admin.post("/v1/generation-jobs", order, headers: ["Idempotency-Key": key])
      #expect(submitted.status == 202, "\(submitted.text)")
      let job = try #require(try submitted.json()["id"].text)
      let again = try await admin.post("/v1/generation-jobs", order, headers: ["Idempotency-Key": key])
      #expect(try again.json()["id"].text == job)

      // Watch: the stream ends by itself, never falls, and says 100 only at the end.
      let events = Events(try await admin.get("/v1/generation-jobs/\(job)/events").text)
      #expect(events.names.last == "end")
      #expect(events.percents == events.percents.sorted())
      #expect(events.percents.dropLast().allSatisfy { $0 < 100 })
      let progress = try await admin.get("/v1/generation-jobs/\(job)/progress").json()
      #expect(progress["state"].text == "completed" && progress["percent"].number == 100)

      // Compare: every variant is certified and complete.
      let variants = try await admin.get("/v1/generation-jobs/\(job)/variants").json()["variants"].items
      #expect(variants.count == 2)
      let comparison = try await admin.get("/v1/generation-jobs/\(job)/comparison")
      #expect(comparison.status == 200, "\(comparison.text)")
      for variant in variants {
        let certificate = try await admin.get("/v1/variants/\(variant["id"].text ?? "")/certificate")
        #expect(certificate.status == 200, "\(certificate.text)")
        #expect(try certificate.json()["unplaced"].number == 0)
      }

      // A student can neither select nor see what is not published.
      let variant = try #require(variants.first?["id"].text)
      #expect(try await student.post("/v1/variants/\(variant)/select").status == 403)
      #expect(try await student.get("/v1/me/week").status == 404)

      // Select, submit, send back, submit again, approve as another role, publish.
      let selected = try await admin.post("/v1/variants/\(variant)/select")
      #expect(selected.status == 201 || selected.status == 200, "\(selected.text)")
      let workflow = try #require(try selected.json()["id"].text)
      func act(_ client: Client, _ action: String, comment: String? = nil) async throws -> (Int, JSON) {
        let current = try await admin.get("/v1/workflows/\(workflow)")
        let tag = try #require(current.headers["etag"])
        let body: JSON = comment.map { ["comment": .string($0)] } ?? [:]
        let answer = try await client.post(
          "/v1/workflows/\(workflow)/\(action)", body, headers: ["If-Match": tag])
        return (answer.status, try answer.json())
      }
      #expect(try await act(admin, "publish").0 == 409)
      #expect(try await act(admin, "submit").1["state"].text == "pending_review")
      #expect(try await act(student, "approve").0 == 403)
      let revision = try await act(head, "request-revision", comment: "Please look at Wednesday again.")
      #expect(revision.1["state"].text == "draft")
      #expect(try await act(admin, "submit").1["state"].text == "pending_review")
      #expect(try await act(head, "approve", comment: "Fine.").1["state"].text == "approved")
      #expect(try await act(admin, "publish").1["state"].text == "published")

      let stale = try await admin.post("/v1/workflows/\(workflow)/archive", headers: ["If-Match": "\"1\""])
      #expect(stale.status == 412)
      #expect(try await admin.post("/v1/workflows/\(workflow)/archive").status == 428)

      // The student of 5a reads 7 meetings: three maths, three German, one science.
      let week = try await student.get("/v1/me/week")
      #expect(week.status == 200)
      #expect(try week.json()["rows"].items.count == 7, "\(week.text)")

      // A reviewed file gives a lesson to another teacher, and is told what that breaks; what is published stays.
      let folder = try deployment.tenants(
        replacing: #""groups": ["5a"], "teachers": ["lee"]"#, with: #""groups": ["5a"], "teachers": ["roy"]"#)
      for command in ["plan", "apply"] {
        let said = try await deployment.run("horariumctl", ["tenants", command, folder])
        #expect(said.contains("breaks published timetable") && said.contains("german-5a"), "\(said)")
      }
      #expect(try await student.get("/v1/me/week").body == week.body)
      let outdated = try await admin.get("/v1/workflows/\(workflow)").json()
      #expect(outdated["standing"]["judgment"].text == "broken" && outdated["state"].text == "published")
    }
  }

  @Test func aStrangersTokenFindsNothing() async throws {
    try await Deployment.with { deployment in
      let anyone = Client(server: deployment.server)
      let alpha = try await anyone.signedIn(
        tenant: "alpha", email: "admin@alpha.example", password: "a-long-password-1")
      let beta = try await anyone.signedIn(tenant: "beta", email: "admin@beta.example", password: "a-long-password-1")
      let job = try await finishedJob(alpha)
      let variant = try #require(
        try await alpha.get("/v1/generation-jobs/\(job)/variants").json()["variants"][0]["id"].text)

      for path in [
        "/v1/generation-jobs/\(job)", "/v1/generation-jobs/\(job)/progress", "/v1/generation-jobs/\(job)/variants",
        "/v1/generation-jobs/\(job)/comparison", "/v1/variants/\(variant)", "/v1/variants/\(variant)/timetable",
        "/v1/variants/\(variant)/certificate",
      ] {
        #expect(try await alpha.get(path).status == 200, "\(path)")
        #expect(try await beta.get(path).status == 404, "\(path)")
        #expect(try await anyone.get(path).status == 401, "\(path)")
      }
      #expect(try await beta.post("/v1/variants/\(variant)/select").status == 404)
      #expect(try await beta.post("/v1/generation-jobs/\(job)/cancel").status == 404)
      #expect(try await beta.get("/v1/generation-jobs").json()["jobs"].items.isEmpty)
    }
  }

  @Test func badInputIsNamedPlaceByPlaceAndChangesNothing() async throws {
    try await Deployment.with(workers: 0) { deployment in
      let admin = try await Client(server: deployment.server).signedIn(
        tenant: "alpha", email: "admin@alpha.example", password: "a-long-password-1")
      let before = try await admin.get("/v1/institution").body
      let text = String(decoding: before, as: UTF8.self)

      func places(_ document: String) async throws -> [String] {
        let answer = try await admin.put("/v1/institution", bytes: Data(document.utf8))
        #expect(answer.status == 422, "\(answer.text)")
        #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        return try answer.json()["errors"].items.compactMap { $0["pointer"].text ?? $0["place"].text }
      }
      var document = try JSONDecoder().decode(JSON.self, from: before)
      document = document.replacing("lessons", 0, "teachers", with: ["nobody"])
      document = document.replacing("lessons", 1, "duration", with: 1000)
      document = document.replacing("rooms", 0, "capacity", with: "many")
      let named = try await places(String(decoding: JSONEncoder().encode(document), as: UTF8.self))
      #expect(named.contains("/rooms/0/capacity"), "\(named)")

      document = document.replacing("rooms", 0, "capacity", with: 30)
      let semantic = try await places(String(decoding: JSONEncoder().encode(document), as: UTF8.self))
      #expect(semantic.contains("/lessons/0/teachers/0"), "\(semantic)")
      #expect(semantic.contains { $0.hasPrefix("/lessons/1") }, "\(semantic)")

      var broken = Data(text.utf8)
      broken[10] = 0xFF
      let notText = try await admin.put("/v1/institution", bytes: broken)
      #expect(notText.status == 422 || notText.status == 400, "\(notText.text)")
      let huge = try await admin.put("/v1/institution", bytes: Data(repeating: 0x20, count: 100 << 20))
      #expect(huge.status == 413)

      #expect(try await admin.get("/v1/institution").body == before)
    }
  }

  private func finishedJob(_ client: Client) async throws -> String {
    let submitted = try await client.post(
      "/v1/generation-jobs", ["seconds": 2], headers: ["Idempotency-Key": .init(UUID().uuidString)])
    let job = try #require(try submitted.json()["id"].text, "\(submitted.text)")
    _ = try await client.get("/v1/generation-jobs/\(job)/events")
    #expect(try await client.get("/v1/generation-jobs/\(job)/progress").json()["state"].text == "completed")
    return job
  }
}

/// A finished server-sent event stream, taken apart.
struct Events {
  let names: [String]
  let percents: [Double]

  init(_ text: String) {
    var names: [String] = []
    var percents: [Double] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("event:") { names.append(line.dropFirst(6).trimmingCharacters(in: .whitespaces)) }
      if line.hasPrefix("data:"),
        let data = try? JSONDecoder().decode(JSON.self, from: Data(line.dropFirst(5).utf8)),
        let percent = data["percent"].number
      {
        percents.append(percent)
      }
    }
    self.names = names
    self.percents = percents
  }
}

extension JSON {
  /// The same document with one member of one array's item replaced.
  func replacing(_ list: String, _ position: Int, _ member: String, with value: JSON) -> JSON {
    guard case .object(var document) = self, case .array(var items)? = document[list],
      items.indices.contains(position), case .object(var item) = items[position]
    else { return self }
    item[member] = value
    items[position] = .object(item)
    document[list] = .array(items)
    return .object(document)
  }
}
