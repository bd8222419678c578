import Foundation
import Postgres
import TestTenants
import Testing
import Tokens

/// What grows with a timetable gets the time that its size needs: the server's own limit of each statement tells.
@Suite struct DeadlineTests {
  @Test(arguments: ["/v1", "alias"])
  func aSelectionMayTakeAsLongAsItsRowsNeed(way: String) async throws {
    try await World.with { world in
      let (token, _, variant) = try await ApprovalTests.finished(world)
      let schema = world.installation.tenants[0].id.schema
      // The variant says that it is large, and the first row of its copy notes how long the statement may take.
      try await ScriptRunner(configuration: world.installation.database.superuser).run(
        script: """
          UPDATE \(schema).variant SET placed = 40000;
          CREATE TABLE public.seen (seconds integer);
          CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
          BEGIN
            INSERT INTO public.seen VALUES (extract(epoch FROM current_setting('statement_timeout')::interval));
            RETURN NULL;
          END $$;
          CREATE TRIGGER note AFTER INSERT ON \(schema).timetable_entry FOR EACH STATEMENT EXECUTE FUNCTION public.note();
          GRANT USAGE ON SCHEMA public TO PUBLIC;
          GRANT SELECT ON public.seen TO PUBLIC;
          """)
      let selected =
        way == "/v1"
        ? try await world.send(.post, "/v1/variants/\(variant)/select", token: token)
        : try await world.send(
          .post, "/timetable-variants/select_variant", token: token, #"{"variant_id":"\#(variant)"}"#)
      #expect(selected.status == 201, "\(selected.text)")
      let seconds = try await world.installation.transaction { try await $0.sql.first(seen) }
      #expect((60...90).contains(try #require(seconds)))
    }
  }
}

private let seen = Statement<Void, Int64>("SELECT min(seconds)::bigint FROM public.seen") {
  (row: inout RowReader) throws(RowError) in try row.int()
}
