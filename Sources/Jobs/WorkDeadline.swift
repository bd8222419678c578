/// How long a transaction may take that reads or writes much: a fixed deadline ends what is merely large.
///
/// A term of 4,900 lessons and 19,000 students is 4.5 MB of JSON, 0.55 MB as PostgreSQL stores it: 13 s here.
public enum WorkDeadline {
  /// What a transaction of a few rows gets.
  public static let least = Duration.seconds(5)
  public static let most = Duration.seconds(120)

  /// - Parameter storedBytes: of the document, as `pg_column_size` tells: compressed
  public static func forDocument(storedBytes: Int) -> Duration {
    scaled(least, by: Double(storedBytes) / 65_536)
  }

  /// For writing rows with an index or two.
  public static func forRows(_ count: Int, least: Duration = WorkDeadline.least) -> Duration {
    scaled(least, by: Double(count) / 500)
  }

  private static func scaled(_ least: Duration, by seconds: Double) -> Duration {
    min(most, least + .seconds(max(0, seconds)))
  }
}
