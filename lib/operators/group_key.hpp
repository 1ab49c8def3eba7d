#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "component/operator.hpp"
#include "component/registry.hpp"
#include "operators/evaluation.hpp"

namespace flowrun {

/// What a stateful step groups by: nothing (one group), an expression, or fields of a composite group. A group is encoded
/// as its values alone, those of fields in the order of their names, which is the order of jq's objects, too.
class GroupBy {
 public:
  GroupBy() = default;
  explicit GroupBy(ProgramPtr program) : by_(std::move(program)) {}
  /// Of the option `by`, where it was given.
  explicit GroupBy(const Options& options);

  bool is_one_group() const { return std::holds_alternative<std::monostate>(by_); }
  const FieldPrograms* fields() const { return std::get_if<FieldPrograms>(&by_); }
  const ProgramPtr* program() const { return std::get_if<ProgramPtr>(&by_); }
  void add_reads(ReadSet& reads) const;

  /// What makes the values of a group, in the order in which they are encoded.
  std::vector<const expr::Program*> programs() const;
  /// The value of an encoded group, or the object of its fields as they are written.
  Value decode(std::string_view bytes, Arena& arena) const;

  /// The key of what a group results in: the group as a key, in `arena`. `text` is room to write in.
  Value key(std::string_view bytes, Arena& arena, std::string& text) const;

  /// The option as every stateful step declares it.
  static OptionSpec option();

 private:
  std::variant<std::monostate, ProgramPtr, FieldPrograms> by_;
  std::vector<std::size_t> order_;  // of the fields, by name
};

/// Evaluates the groups of records, on one worker.
class GroupEvaluation {
 public:
  GroupEvaluation(Context& context, const GroupBy& by);

  /// Sets the group of every record of the batch. Those without exactly one group are rejected and selected away.
  void set_groups(Batch& batch, Output& output);

 private:
  bool encode_short(const Value& value, Arena& arena, Group& group) const;
  bool encode(const Batch& batch, Batch::Row row, Arena& arena, Output& output, Group& group);
  const Value& value_of(const expr::Program* program, const Batch& batch, Batch::Row row, Output& output);

  GroupBy by_;  // keeps the programs
  Evaluation evaluation_;
  std::uint64_t seed_;
  std::vector<const expr::Program*> programs_;  // null for `.`
  Arena scratch_;
  Value evaluated_;
  std::string bytes_;
  std::vector<Batch::Row> kept_;
};

/// The step before an exchange by group: sets groups, and that is all.
class GroupSender final : public Operator {
 public:
  GroupSender(Context& context, const GroupBy& by) : evaluation_(context, by) {}
  Progress process(InputIndex input, Batch& batch, Output& output) override;

 private:
  GroupEvaluation evaluation_;
};

}  // namespace flowrun
