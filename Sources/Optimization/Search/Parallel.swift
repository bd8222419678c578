import Foundation

/// Runs jobs on at most `threads` plain threads of their own and waits for all; each job runs on one thread.
///
/// Which thread runs which job never matters to the result: jobs share nothing.
func inParallel(_ jobs: [@Sendable () -> Void], threads: Int) {
  if threads <= 1 || jobs.count <= 1 {
    for job in jobs { job() }
    return
  }
  let workers = min(threads, jobs.count)
  let group = DispatchGroup()
  for worker in 0..<workers {
    group.enter()
    let thread = Thread {
      for number in stride(from: worker, to: jobs.count, by: workers) { jobs[number]() }
      group.leave()
    }
    thread.stackSize = 4 << 20
    thread.start()
  }
  group.wait()
}

extension Run {
  /// Runs the jobs in parallel and counts what these chains do in them.
  func work(_ chains: [Chain], _ jobs: [@Sendable () -> Void]) {
    let (start, before) = (monotonicSeconds(), Work(of: chains))
    inParallel(jobs, threads: plan.threads)
    pace.count(Work(of: chains) - before, seconds: monotonicSeconds() - start)
  }
}

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func monotonicSeconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
