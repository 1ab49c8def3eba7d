#include "component/output.hpp"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "base/failure.hpp"
#include "base/timestamp.hpp"
#include "component/error_record.hpp"

namespace flowrun {

namespace {

const Value* member(const Value& object, std::string_view name) {
  return object.kind() == Kind::object ? find(object, name) : nullptr;
}

// A record below an errors output has no place of its own; where it still is an error record, its `meta` tells what it is of.
std::string place_of_cause(const Value& error_record) {
  const Value* const meta = member(error_record, "meta");
  const Value* const path = meta != nullptr ? member(*meta, "path") : nullptr;
  const Value* const line = meta != nullptr ? member(*meta, "line") : nullptr;
  if (path == nullptr || line == nullptr || !path->is_text() || line->kind() != Kind::integer) return {};
  return fmt::format(" at {}:{}", path->as_text(), line->as_integer());
}

}  // namespace

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
  const bool is_below_errors = setup_.on_error == OnError::stop_always;
  std::string position = position_text(batch, row);
  if (position.empty() && is_below_errors) position = place_of_cause(batch.value(row));
  const std::string hint =
      is_below_errors ? "a step below an errors output always stops the job: write it so that it takes every record"
                      : fmt::format("read `errors` or `{}.errors`, or write `on_error: skip` at the step", setup_.step);
  throw Failure(ExitCode::stopped_by_reject, fmt::format("step `{}` rejected a record ({}){}: {}\nhint: {}",
                                                         setup_.step, name(kind), position, message, hint));
}

void Output::late(const Batch& batch, Batch::Row row, const Value& meta) {
  late_.add(1);
  if (setup_.late_read) {
    Batch& late = building(*setup_.late);
    const Batch::Row mine = late.append_copy(batch, row);
    if (!meta.is_nothing()) late.set_meta(mine, deep_copy(meta, late.arena()));
  } else if (setup_.log != nullptr && late_.value() == 1) {
    setup_.log->write(
        LogLevel::warning, setup_.step,
        fmt::format("a record{} came later than the watermark and is not in the results; others that do are "
                    "counted only; read `{}.late` to get them",
                    position_text(batch, row), setup_.step));
  }
}

std::vector<Batch> Output::take(Port port) {
  finished_ -= ports_[port].size();
  return std::exchange(ports_[port], {});
}

}  // namespace flowrun
