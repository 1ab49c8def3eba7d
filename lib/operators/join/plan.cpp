#include "operators/join/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "operators/forgetting.hpp"
#include "record/group.hpp"

namespace flowrun {
namespace {

// Collects the parts of a join and what is wrong with them.
class Planner {
 public:
  explicit Planner(const Options& options) : options_(options) {}

  Result<std::shared_ptr<const JoinPlan>, OptionFaults> plan() {
    plan_sides();
    plan_groups();
    plan_.window = read_window(options_, faults_);
    plan_.clock = read_clock(options_);
    plan_emission();
    plan_.forget = Forgetting::of(options_);
    check_window();
    if (!faults_.empty()) return std::move(faults_);
    return std::make_shared<const JoinPlan>(std::move(plan_));
  }

 private:
  void fault(const std::string& option, std::string_view code, std::string message, std::string hint = {}) {
    faults_.push_back({option, std::string(code), std::move(message), std::move(hint)});
  }

  void plan_sides() {
    for (const auto& [name, step] : options_.at<std::vector<std::pair<std::string, std::string>>>("sides")) {
      plan_.sides.push_back({name, GroupBy()});
      names_.push_back(name);
    }
    if (names_.size() < 2)
      fault("sides", "out-of-range", "a join has two sides or more, found one",
            "write `sides: { orders: orders, users: users }`");
  }

  void plan_groups() {
    if (const auto* const program = options_.get<ProgramPtr>("by"))
      for (JoinPlan::Side& side : plan_.sides) side.by = GroupBy(*program);
    const auto* const fields = options_.get<FieldPrograms>("by");
    if (fields == nullptr) return;
    bool all_known = true;  // a name that is misspelled is not missing, too
    for (const FieldProgram& field : *fields) {
      const auto side = std::find(names_.begin(), names_.end(), field.name);
      all_known = all_known && side != names_.end();
      if (side == names_.end())
        fault("by." + field.name, "bad-name", fmt::format("`{}` is no side, expected {}", field.name, listed()),
              did_you_mean(field.name, names_));
      else
        plan_.sides[static_cast<std::size_t>(side - names_.begin())].by = GroupBy(field.program);
    }
    for (const JoinPlan::Side& side : plan_.sides)
      if (all_known && side.by.is_one_group())
        fault("by", "missing-key", fmt::format("`by` says nothing of the side `{}`", side.name),
              "write an expression for each side, or one for all; a composite group is one expression: `[.a, .b]`");
  }

  void plan_emission() {
    const std::string& keep = options_.at<std::string>("keep");
    plan_.keep = keep == "first" ? JoinKeep::first : keep == "all" ? JoinKeep::all : JoinKeep::last;
    const auto* const emit = options_.get<std::string>("emit");
    if (emit == nullptr && options_.has("window")) plan_.emit = JoinEmit::final;
    if (emit != nullptr && *emit == "final") plan_.emit = JoinEmit::final;
    if (emit != nullptr && *emit == "running") plan_.emit = JoinEmit::running;
    const auto* const on = options_.get<std::string>("on");
    if (on == nullptr) return;
    const auto side = std::find(names_.begin(), names_.end(), *on);
    plan_.on = static_cast<std::size_t>(side - names_.begin());
    if (side == names_.end())
      fault("on", "unknown-choice", fmt::format("`on` is `{}`, which is no side, expected {}", *on, listed()),
            did_you_mean(*on, names_));
    if (plan_.emit != JoinEmit::running)
      fault("on", "unknown-key", "`on` says whose arrival emits the current rows, which only `emit: running` does",
            "write `emit: running`, or leave out `on`");
  }

  void check_window() {
    if (options_.has("window") && plan_.forget)
      fault("forget", "unknown-key", "a window forgets its groups when it closes", "leave out `forget` or `window`");
    if (plan_.clock && !options_.has("window") && !plan_.forget)
      fault("clock", "unknown-key", "without `window` or `forget` there is nothing that `clock` is for",
            "leave it out");
    for (const std::string& name : names_)
      if (options_.has("window") && (name == "window_start" || name == "window_end"))
        fault("sides." + name, "bad-name",
              fmt::format("`{}` is the name of a field that rows have by themselves", name), "choose another name");
  }

  std::string listed() const {
    std::string list;
    for (std::size_t index = 0; index < names_.size(); ++index)
      list += fmt::format("{}`{}`", index == 0 ? "" : index + 1 == names_.size() ? " or " : ", ", names_[index]);
    return list;
  }

  const Options& options_;
  JoinPlan plan_;
  std::vector<std::string> names_;
  OptionFaults faults_;
};

}  // namespace

bool JoinPlan::matches_nothing(std::string_view group) const {
  return group == null_group() && !sides.front().by.is_one_group();
}

const std::string& null_group() {
  static const std::string null = [] {
    std::string bytes;
    encode_group(Value::null(), bytes);
    return bytes;
  }();
  return null;
}

Result<std::shared_ptr<const JoinPlan>, OptionFaults> plan_join(const Options& options) {
  return Planner(options).plan();
}

}  // namespace flowrun
