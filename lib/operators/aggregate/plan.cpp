#include "operators/aggregate/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace flowrun {
namespace {

// Collects the values of an aggregate and what is wrong with them.
class Planner {
 public:
  explicit Planner(const Options& options) : options_(options) {}

  Result<std::shared_ptr<const AggregatePlan>, OptionFaults> plan() {
    plan_.by = GroupBy(options_);
    plan_.by.add_reads(plan_.reads);
    plan_.window = read_window(options_, faults_);
    plan_.clock = read_clock(options_);
    plan_emission();
    for (const Call& call : options_.at<std::vector<Call>>("values")) add(call);
    check_names();
    if (!faults_.empty()) return std::move(faults_);
    std::vector<std::shared_ptr<const Accumulator>> accumulators;
    for (const AggregateValue& value : plan_.values) accumulators.push_back(value.accumulator);
    plan_.layout = std::make_shared<GroupLayout>(std::move(accumulators));
    return std::make_shared<const AggregatePlan>(std::move(plan_));
  }

 private:
  void fault(const std::string& option, std::string_view code, std::string message, std::string hint = {}) {
    faults_.push_back({option, std::string(code), std::move(message), std::move(hint)});
  }

  void plan_emission() {
    if (const auto* const choice = options_.get<std::string>("emit"))
      plan_.emission.when = *choice == "changes" ? Emission::When::changes : Emission::When::at_close;
    if (const auto* const every = options_.get<std::shared_ptr<const Options>>("emit"))
      plan_emission_every((*every)->at<Duration>("every"));
    if (plan_.window.is_session() && plan_.is_provisional())
      fault("emit", "wrong-type", "a session emits when it closes, since until then it may become part of another",
            "leave `emit` out");
    if (plan_.clock && !options_.has("window") && plan_.emission.when != Emission::When::every)
      fault("clock", "unknown-key", "without `window` there is nothing that `clock` is for", "leave it out");
  }

  void plan_emission_every(Duration every) {
    plan_.emission = {Emission::When::every, every};
    if (every <= Duration::zero())
      fault("emit.every", "out-of-range", "`every` is nothing, expected more than 0", "write `emit: { every: 10s }`");
  }

  void add(const Call& call) {
    if (call.function == "fold")
      add_fold(call);
    else if (!call.function.empty())
      add_function(call);
  }

  void add_function(const Call& call) {
    const FunctionSpec* const function = find_function(call.function);
    if (function == nullptr) return fault_of(call, fmt::format("there is no function `{}`", call.function));
    const std::size_t given = call.arguments.size();
    const auto broken = std::count(call.arguments.begin(), call.arguments.end(), nullptr);
    // The one argument of `sum()` is an empty expression: that has been reported.
    const bool is_empty_list = given == 1 && broken == 1;
    if ((given < function->fewest_arguments || given > function->most_arguments) && !is_empty_list)
      return fault_of(call, arity_text(*function, given));
    double q = 0;
    if (call.function == "quantile" && given == 2 && call.arguments[1] != nullptr && !read_rank(call, q)) return;
    if (broken > 0) return;
    AggregateValue value;
    value.name = call.name;
    value.accumulator = make_accumulator(call.function, given == 0, q);
    if (given > 0) value.column = column_of(call, *function);
    if (function->reads_record) plan_.reads.value.merge(Projection::everything());
    plan_.values.push_back(std::move(value));
  }

  void fault_of(const Call& call, std::string message) {
    fault("values." + call.name, "wrong-type", fmt::format("`{}`: {}", call.name, message));
  }

  static std::string arity_text(const FunctionSpec& function, std::size_t given) {
    const std::string expected = function.fewest_arguments == function.most_arguments
                                     ? fmt::format("{}", function.fewest_arguments)
                                     : fmt::format("{} or {}", function.fewest_arguments, function.most_arguments);
    return fmt::format("`{}` takes {} argument{}, separated by `;`, and was given {}", function.name, expected,
                       function.most_arguments == 1 ? "" : "s", given);
  }

  // The second argument of `quantile` is a constant, so it is evaluated here, once.
  bool read_rank(const Call& call, double& q) {
    expr::Machine machine;
    Arena arena;
    const std::vector<Value> variables(expr::first_own_variable);
    const expr::Outcome rank = machine.one(*call.arguments[1], Value::null(), variables, arena);
    if (rank.outputs == expr::Outputs::one && rank.value.is_numeric()) {
      q = to_double(rank.value);
      if (q >= 0 && q <= 1) return true;
    }
    fault("values." + call.name, "out-of-range",
          fmt::format("`{}`: the second argument of `quantile` is a constant from 0 to 1", call.name),
          "write `quantile(.ms; 0.99)`");
    return false;
  }

  std::size_t column_of(const Call& call, const FunctionSpec& function) {
    const ProgramPtr& program = call.arguments.front();
    const auto found = std::find_if(plan_.columns.begin(), plan_.columns.end(), [&](const AggregateColumn& column) {
      return column.program->canonical_text() == program->canonical_text();
    });
    const auto index = static_cast<std::size_t>(found - plan_.columns.begin());
    if (found == plan_.columns.end()) {
      plan_.columns.push_back({program, {}, {}, false});
      add_reads(*program, plan_.reads);
    }
    AggregateColumn& column = plan_.columns[index];
    if (function.numbers_only && column.numbers_for.empty()) {
      column.numbers_for = call.name;
      column.numbers_function = call.function;
    }
    return index;
  }

  void add_fold(const Call& call) {
    FoldPrograms fold{call.arguments[0], call.arguments[1], call.arguments.size() > 2 ? call.arguments[2] : nullptr,
                      call.by_time};
    if (fold.by_time && (fold.add->reads_variable(expr::key_variable) || fold.add->reads_variable(expr::meta_variable)))
      fault_of(call, "a fold by time keeps the values and times of records, so it can read neither $key nor $meta");
    const Window::Kind kind = plan_.window.kind();
    if (fold.merge == nullptr && !fold.by_time && (kind == Window::Kind::session || kind == Window::Kind::sliding))
      fault("values." + call.name + ".fold", "missing-key",
            fmt::format("`{}`: the fold has no `merge`, which {} need", call.name,
                        kind == Window::Kind::session ? "sessions" : "sliding windows"),
            "write `merge: $acc + $other`, or what makes one state of two");
    add_reads(*fold.add, plan_.reads);
    AggregateValue value;
    value.name = call.name;
    value.accumulator = make_fold_accumulator(fold.by_time);
    value.fold = std::move(fold);
    plan_.values.push_back(std::move(value));
  }

  void check_names() {
    if (plan_.by.fields() != nullptr)
      for (const FieldProgram& field : *plan_.by.fields()) check_name("by." + field.name, field.name, false);
    for (const Call& call : options_.at<std::vector<Call>>("values"))
      check_name("values." + call.name, call.name, true);
  }

  void check_name(const std::string& option, const std::string& name, bool is_value) {
    const bool reserved =
        name == "window_start" || name == "window_end" || name == "final" || (is_value && name == "key");
    if (reserved)
      fault(option, "bad-name", fmt::format("`{}` is the name of a field that results have by themselves", name),
            "choose another name");
    else if (is_value && is_group_field(name))
      fault(option, "bad-name", fmt::format("`{}` is a field of the group already", name), "choose another name");
  }

  bool is_group_field(const std::string& name) const {
    const FieldPrograms* const fields = plan_.by.fields();
    return fields != nullptr &&
           std::any_of(fields->begin(), fields->end(), [&](const FieldProgram& field) { return field.name == name; });
  }

  const Options& options_;
  AggregatePlan plan_;
  OptionFaults faults_;
};

}  // namespace

bool AggregatePlan::may_send_partials() const {
  return emission.when == Emission::When::at_close && !window.is_session() &&
         std::all_of(values.begin(), values.end(),
                     [](const AggregateValue& value) { return value.accumulator->merges_exactly(); });
}

bool AggregatePlan::may_keep_sums() const {
  return std::all_of(values.begin(), values.end(), [](const AggregateValue& value) {
    return value.accumulator->stays_small() && value.accumulator->merges_exactly();
  });
}

Result<std::shared_ptr<const AggregatePlan>, OptionFaults> plan_aggregate(const Options& options) {
  return Planner(options).plan();
}

}  // namespace flowrun
