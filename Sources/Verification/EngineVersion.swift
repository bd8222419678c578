/// The one version of this program: what certificates, runs, workers and the service itself name.
public enum EngineVersion {
  public static let number = "0.1.0"
  public static let current = "horarium " + number
}
