#include <cstring>
#include <fmt/format.h>

#include "operators/fields.hpp"
#include "operators/operators.hpp"
#include "operators/rewrite.hpp"

namespace flowrun {
namespace {

std::string_view kind_name(const Value& value) {
  switch (value.kind()) {
    case Kind::boolean:
      return "a boolean";
    case Kind::text:
      return "a string";
    case Kind::array:
      return "an array";
    default:
      return "a number";
  }
}

// Sets fields of an object and keeps the others, in their order; new ones follow. Null counts as the empty object.
class SetFields final : public ValueFunction {
 public:
  SetFields(Context& context, FieldPrograms fields, const ReadSet& reads)
      : fields_(std::move(fields)), evaluation_(context, reads) {}

  bool apply(const Batch& batch, Batch::Row row, Arena& arena, std::vector<Value>& values, Output& output) override {
    const Value& value = batch.value(row);
    if (value.kind() != Kind::object && !value.is_null()) {
      output.reject(batch, row, RejectKind::expression,
                    fmt::format("`set` needs an object, the record is {}", kind_name(value)));
      return false;
    }
    if (!evaluate_fields(fields_, evaluation_, batch, row, arena, results_, output)) return false;
    values.push_back(with_results(value, arena));
    return true;
  }

 private:
  Value with_results(const Value& value, Arena& arena) {
    const std::size_t old_size = value.is_null() ? 0 : value.size();
    Member* const members = new_members(arena, old_size + fields_.size());
    if (old_size > 0) std::memcpy(members, value.members().data(), old_size * sizeof(Member));
    std::size_t size = old_size;
    bool removed = false;
    for (std::size_t index = 0; index < fields_.size(); ++index) {
      const Value* const found = old_size > 0 ? find(value, fields_[index].name) : nullptr;
      if (found != nullptr) {
        members[position_of(value, found)].value = results_[index];
        removed = removed || results_[index].is_nothing();
      } else if (!results_[index].is_nothing()) {
        members[size++] = {Value::text(fields_[index].name), results_[index]};
      }
    }
    if (removed) size = without_nothing(members, size);
    return Value::object(members, size);
  }

  static std::size_t position_of(const Value& object, const Value* found) {
    return static_cast<std::size_t>(found - &object.members().front().value) / (sizeof(Member) / sizeof(Value));
  }

  static std::size_t without_nothing(Member* members, std::size_t size) {
    Member* const end =
        std::remove_if(members, members + size, [](const Member& member) { return member.value.is_nothing(); });
    return static_cast<std::size_t>(end - members);
  }

  FieldPrograms fields_;
  Evaluation evaluation_;
  std::vector<Value> results_;
};

Result<OperatorPlan, OptionFaults> plan(const Options& options) {
  const auto& fields = options.at<FieldPrograms>("");
  ReadSet reads;
  add_reads(fields, reads);
  return plan_rewrite<SetFields>(fields, std::move(reads));
}

}  // namespace

OperatorEntry set_operator() {
  Spec spec;
  spec.name = "set";
  spec.summary = "sets fields of each record and keeps the others";
  spec.value = OptionSpec{
      .type = OptionType::fields,
      .doc =
          "Names of fields and the expressions of their values. Every expression sees the record as it came; one "
          "without output removes the field, one with several rejects the record, and so does a record that is "
          "neither an object nor null.",
      .required = true,
      .example = "{cents: .amount * 100}"};
  spec.can_reject = true;
  spec.example = "set:\n  cents: .amount * 100\n  secret: empty\n";
  return {std::move(spec), plan};
}

}  // namespace flowrun
