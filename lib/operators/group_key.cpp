#include "operators/group_key.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "record/group.hpp"
#include "state/keyed_states.hpp"

namespace flowrun {
namespace {

ReadSet reads_of(const GroupBy& by) {
  ReadSet reads;
  by.add_reads(reads);
  return reads;
}

}  // namespace

GroupBy::GroupBy(const Options& options) {
  if (const auto* const program = options.get<ProgramPtr>("by")) by_ = *program;
  if (const auto* const given = options.get<FieldPrograms>("by")) by_ = *given;
  if (fields() == nullptr) return;
  order_.resize(fields()->size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(),
            [&](std::size_t left, std::size_t right) { return (*fields())[left].name < (*fields())[right].name; });
}

std::vector<const expr::Program*> GroupBy::programs() const {
  std::vector<const expr::Program*> programs;
  if (program() != nullptr) programs.push_back(program()->get());
  for (const std::size_t index : order_) programs.push_back((*fields())[index].program.get());
  return programs;
}

Value GroupBy::decode(std::string_view bytes, Arena& arena) const {
  if (is_one_group()) return Value::null();
  if (fields() == nullptr) return decode_group(bytes, arena);
  Member* const members = new_members(arena, fields()->size());
  for (const std::size_t index : order_)
    members[index] = {Value::text((*fields())[index].name), take_group(bytes, arena)};
  return Value::object(members, fields()->size());
}

void GroupBy::add_reads(ReadSet& reads) const {
  if (program() != nullptr) flowrun::add_reads(**program(), reads);
  if (fields() != nullptr) flowrun::add_reads(*fields(), reads);
}

OptionSpec GroupBy::option() {
  return {.name = "by",
          .type = OptionType::expression_or_fields,
          .doc =
              "What groups the records: an expression, or a mapping of names to expressions for a composite group. "
              "Absent: one group. `$key` groups by the record's key. A group is a JSON value: 1 and 1.0 are the "
              "same, null and a missing field are a group. Not exactly one output rejects the record.",
          .example = "{user: .user}"};
}

GroupEvaluation::GroupEvaluation(Context& context, const GroupBy& by)
    : by_(by), evaluation_(context, reads_of(by)), seed_(context.state->seed()), programs_(by_.programs()) {}

void GroupEvaluation::set_groups(Batch& batch, Output& output) {
  encode_all(batch, output);
  const std::string_view bytes = batch.arena().copy(bytes_);
  std::vector<Group> groups(batch.stored());
  std::vector<Batch::Row> kept;
  std::size_t begin = 0;
  for (const auto& [row, end] : encoded_) {
    const std::string_view group = bytes.substr(begin, end - begin);
    groups[row] = {group, hash_group(group, seed_)};
    begin = end;
  }
  batch.set_groups(std::move(groups));
  if (encoded_.size() == batch.size()) return;
  kept.reserve(encoded_.size());
  for (const Encoded& each : encoded_) kept.push_back(each.row);
  batch.select(kept);
}

void GroupEvaluation::encode_all(const Batch& batch, Output& output) {
  bytes_.clear();
  encoded_.clear();
  for (const Batch::Row row : batch.rows()) {
    const std::size_t before = bytes_.size();
    if (encode(batch, row, output))
      encoded_.push_back({row, bytes_.size()});
    else
      bytes_.resize(before);
    scratch_.clear();
  }
}

bool GroupEvaluation::encode(const Batch& batch, Batch::Row row, Output& output) {
  for (const expr::Program* const program : programs_) {
    const Value value =
        program->is_identity() ? batch.value(row) : evaluation_.exactly_one(*program, batch, row, scratch_, output);
    if (value.is_nothing()) return false;
    encode_group(value, bytes_);
  }
  return true;
}

Progress GroupSender::process(InputIndex, Batch& batch, Output& output) {
  if (output.full()) return Progress::more;
  evaluation_.set_groups(batch, output);
  output.pass(std::exchange(batch, Batch()));
  return Progress::done;
}

}  // namespace flowrun
