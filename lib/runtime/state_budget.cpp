#include "runtime/state_budget.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/units.hpp"

namespace flowrun {

StateBudget::Account& StateBudget::open(const std::string& step) {
  for (Account& account : accounts_)
    if (account.step_ == step) return account;
  return accounts_.emplace_back(step);
}

void StateBudget::add(Account& account, std::int64_t bytes, std::int64_t groups) {
  account.bytes_ += bytes;
  account.groups_ += groups;
  if (bytes_.fetch_add(bytes) + bytes > most_) fail();
}

void StateBudget::fail() const {
  const Account& largest =
      *std::max_element(accounts_.begin(), accounts_.end(),
                        [](const Account& left, const Account& right) { return left.bytes_ < right.bytes_; });
  throw Failure(
      ExitCode::running_failed,
      fmt::format("the state of the flow takes more than max_state, {}: step `{}` alone {} in {} groups\n"
                  "hint: let groups go (a window, or `forget`), run it with more memory, or raise --max-state",
                  format_size(most_), largest.step_, format_size(largest.bytes_), largest.groups_.load()));
}

}  // namespace flowrun
