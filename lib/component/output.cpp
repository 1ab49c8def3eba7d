#include "component/output.hpp"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/failure.hpp"
#include "base/timestamp.hpp"
#include "component/error_record.hpp"

namespace flowrun {

std::string_view name(RejectKind kind) {
  static constexpr std::array names = {"decode", "expression", "assert", "time", "sink", "plugin"};
  return names[static_cast<std::size_t>(kind)];
}

Output::Output(Setup setup)
    : setup_(std::move(setup)), ports_(setup_.ports + std::size_t{1}), building_(setup_.ports + std::size_t{1}) {}

void Output::pass(Batch&& batch, Port port) {
  if (batch.empty()) return;
  if (!building_[port].empty()) {
    ports_[port].push_back(std::exchange(building_[port], Batch()));
    ++finished_;
  }
  ports_[port].push_back(std::move(batch));
  ++finished_;
}

Batch& Output::building(Port port) {
  Batch& batch = building_[port];
  if (batch.full()) pass(std::exchange(batch, Batch()), port);
  return batch;
}

void Output::finish_building() {
  for (Port port = 0; port < building_.size(); ++port)
    if (!building_[port].empty()) pass(std::exchange(building_[port], Batch()), port);
}

void Output::reject(const Batch& batch, Batch::Row row, RejectKind kind, std::string_view message) {
  rejected_[static_cast<std::size_t>(kind)].add(1);
  if (setup_.errors_read) {
    append_error_record(building(errors_port()), batch, row,
                        {name(kind), setup_.step, message, setup_.clock != nullptr ? setup_.clock->now() : Time{},
                         setup_.raw_is_value});
    return;
  }
  if (setup_.on_error == OnError::skip) return;
  throw Failure(ExitCode::stopped_by_reject,
                fmt::format("step `{}` rejected a record ({}){}: {}\n"
                            "hint: read `errors` or `{}.errors`, or write `on_error: skip` at the step",
                            setup_.step, name(kind), position_text(batch, row), message, setup_.step));
}

std::vector<Batch> Output::take(Port port) {
  finished_ -= ports_[port].size();
  return std::exchange(ports_[port], {});
}

}  // namespace flowrun
