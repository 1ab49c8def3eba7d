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

Value GroupBy::key(std::string_view bytes, Arena& arena, std::string& text) const {
  const Value key = as_key(decode(bytes, arena), text);
  return key.is_text() ? Value::text(key.as_text(), arena) : key;
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
    : by_(by), evaluation_(context, reads_of(by)), seed_(context.state->seed()), programs_(by_.programs()) {
  for (const expr::Program*& program : programs_)
    if (program->is_identity()) program = nullptr;
}

void GroupEvaluation::set_groups(Batch& batch, Output& output) {
  std::vector<Group> groups(batch.stored());
  Arena& arena = batch.arena();
  kept_.clear();
  const bool is_value = programs_.size() == 1 && programs_[0] == nullptr;
  for (const Batch::Row row : batch.rows()) {
    if (is_value && encode_short(batch.value(row), arena, groups[row])) {
      kept_.push_back(row);
      continue;
    }
    const Arena::Mark mark = scratch_.mark();
    if (encode(batch, row, arena, output, groups[row])) kept_.push_back(row);
    scratch_.rewind(mark);
  }
  batch.set_groups(std::move(groups));
  if (kept_.size() != batch.size()) batch.select(kept_);
}

// Most groups are a short text, which needs no detour. False: this one is not.
bool GroupEvaluation::encode_short(const Value& value, Arena& arena, Group& group) const {
  const Arena::Mark mark = arena.mark();
  char* const room = static_cast<char*>(arena.allocate(most_short_group));
  const auto [size, hash] = encode_short_group(value, seed_, room);
  group = {{room, size}, hash};
  if (size == 0) arena.rewind(mark);
  return size > 0;
}

// Into `arena`; false: the record was rejected.
bool GroupEvaluation::encode(const Batch& batch, Batch::Row row, Arena& arena, Output& output, Group& group) {
  bytes_.clear();
  for (const expr::Program* const program : programs_) {
    const Value& value = value_of(program, batch, row, output);
    if (value.is_nothing()) return false;
    if (programs_.size() == 1 && encode_short(value, arena, group)) return true;
    encode_group(value, bytes_);
  }
  group = {arena.copy(bytes_), hash_group(bytes_, seed_)};
  return true;
}

// Valid until the next call; nothing where the record was rejected.
const Value& GroupEvaluation::value_of(const expr::Program* program, const Batch& batch, Batch::Row row,
                                       Output& output) {
  if (program == nullptr) return batch.value(row);
  evaluated_ = evaluation_.exactly_one(*program, batch, row, scratch_, output);
  return evaluated_;
}

Progress GroupSender::process(InputIndex, Batch& batch, Output& output) {
  if (output.full()) return Progress::more;
  evaluation_.set_groups(batch, output);
  output.pass(std::exchange(batch, Batch()));
  return Progress::done;
}

}  // namespace flowrun
