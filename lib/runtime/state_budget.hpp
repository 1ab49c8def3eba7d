#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace flowrun {

/// Counts the memory that the state of all steps takes on all workers, and ends the run before the system does. Accounts are
/// opened before the job runs, and kept by each worker for its copy of a step.
class StateBudget {
 public:
  /// What one step takes, over all workers.
  class Account {
   public:
    explicit Account(std::string step) : step_(std::move(step)) {}

   private:
    friend class StateBudget;
    std::string step_;
    std::atomic<std::int64_t> bytes_{0};
    std::atomic<std::int64_t> groups_{0};
  };

  /// In bytes.
  explicit StateBudget(std::uint64_t most) : most_(static_cast<std::int64_t>(most)) {}

  /// That of the step, which its workers share.
  Account& open(const std::string& step);
  /// A worker's copy of the step takes so much more, or less. Throws Failure (running failed) beyond the budget, which names
  /// the step that takes most. Any worker's thread.
  void add(Account& account, std::int64_t bytes, std::int64_t groups);

 private:
  [[noreturn]] void fail() const;

  const std::int64_t most_;
  std::atomic<std::int64_t> bytes_{0};
  std::deque<Account> accounts_;
};

}  // namespace flowrun
