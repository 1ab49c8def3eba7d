#pragma once

#include <exception>
#include <optional>
#include <string>
#include <thread>

#include "base/failure.hpp"
#include "runtime/job.hpp"

namespace flowrun {

/// A job that runs on a thread of its own, so that the test can move the clock and send records meanwhile.
class RunningJob {
 public:
  RunningJob(const Plan& plan, const JobOptions& options) : job_(plan, options), thread_([this] { run(); }) {}
  ~RunningJob() {
    job_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Job& job() { return job_; }
  /// Until it has ended. Its error is thrown.
  JobSummary wait() {
    thread_.join();
    if (error_) std::rethrow_exception(error_);
    return *summary_;
  }

 private:
  void run() {
    try {
      summary_ = job_.run();
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  Job job_;
  std::optional<JobSummary> summary_;
  std::exception_ptr error_;
  std::thread thread_;
};

/// "EXIT CODE: MESSAGE" of the Failure that `run` throws; empty where it throws none.
template <class Run>
std::string failure_of(const Run& run) {
  try {
    run();
  } catch (const Failure& failure) {
    return std::to_string(static_cast<int>(failure.code())) + ": " + failure.what();
  }
  return {};
}

}  // namespace flowrun
