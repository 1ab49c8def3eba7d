#include "operators/group_key.hpp"

#include <fmt/format.h>
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
  if (const auto* const fields = options.get<FieldPrograms>("by")) by_ = *fields;
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
    : by_(by), evaluation_(context, reads_of(by)), seed_(context.state->seed()) {}

void GroupEvaluation::set_groups(Batch& batch, Output& output) {
  kept_.clear();
  Arena& arena = batch.arena();
  for (const Batch::Row row : batch.rows()) {
    bytes_.clear();
    const Arena::Mark mark = scratch_.mark();
    if (encode(batch, row, output)) {
      batch.set_group(row, {arena.copy(bytes_), hash_group(bytes_, seed_)});
      kept_.push_back(row);
    }
    scratch_.rewind(mark);
  }
  if (kept_.size() != batch.size()) batch.select(kept_);
}

bool GroupEvaluation::encode(const Batch& batch, Batch::Row row, Output& output) {
  if (by_.fields() != nullptr) return encode_fields(batch, row, output);
  Value group = Value::null();
  if (by_.program() != nullptr) group = evaluation_.exactly_one(**by_.program(), batch, row, scratch_, output);
  if (group.is_nothing()) return false;
  encode_group(group, bytes_);
  return true;
}

bool GroupEvaluation::encode_fields(const Batch& batch, Batch::Row row, Output& output) {
  const FieldPrograms& fields = *by_.fields();
  Member* const members = new_members(scratch_, fields.size());
  for (std::size_t index = 0; index < fields.size(); ++index) {
    const Value value = evaluation_.exactly_one(*fields[index].program, batch, row, scratch_, output);
    if (value.is_nothing()) return false;
    members[index] = {Value::text(fields[index].name), value};
  }
  encode_group(Value::object(members, fields.size()), bytes_);
  return true;
}

Progress GroupSender::process(InputIndex, Batch& batch, Output& output) {
  if (output.full()) return Progress::more;
  evaluation_.set_groups(batch, output);
  output.pass(std::exchange(batch, Batch()));
  return Progress::done;
}

}  // namespace flowrun
