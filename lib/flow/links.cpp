#include "flow/links.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/endless.hpp"
#include "flow/option_text.hpp"
#include "flow/provisional.hpp"
#include "flow/resources.hpp"
#include "flow/step_clocks.hpp"

namespace flowrun {
namespace {

constexpr std::string_view errors_name = "errors";

class Linker {
 public:
  Linker(std::vector<StepDraft>& drafts, Diagnostics& diagnostics)
      : drafts_(drafts), diagnostics_(diagnostics), reads_all_errors_(drafts.size()) {}

  void link() {
    for (std::size_t index = 0; index < drafts_.size(); ++index) link_step(index);
    link_all_errors();
    mark_under_errors();
    warn_of_skips();
    check_read();
  }

 private:
  void link_step(std::size_t index) {
    StepDraft& draft = drafts_[index];
    if (draft.has_from) {
      has_broken_reference_ = has_broken_reference_ || draft.from_broken;
      for (const Reference& reference : draft.from) link_reference(index, reference);
    } else if (draft.step.operation != "source") {
      link_above(index);
    }
  }

  bool has_any(std::string_view operation) const {
    return std::any_of(drafts_.begin(), drafts_.end(),
                       [&](const StepDraft& draft) { return draft.step.operation == operation; });
  }

  void link_above(std::size_t index) {
    StepDraft& draft = drafts_[index];
    if (index == 0) {
      if (has_any("source") && !draft.step.operation.empty())
        diagnostics_.error(Code::missing_from, draft.step.node->span,
                           "the first step reads nothing, expected a `source`");
      return;
    }
    const StepDraft& above = drafts_[index - 1];
    if (above.broken) return;
    const auto main = port_of(above.step, "");
    if (main)
      draft.step.from.push_back({{index - 1, *main}, 0});
    else if (!draft.step.operation.empty())
      diagnostics_.error(Code::missing_from, draft.step.node->span,
                         fmt::format("the step above, `{}`, has no main output, expected `from`", above.step.id),
                         outputs_hint(above.step));
  }

  void link_reference(std::size_t index, const Reference& reference) {
    if (reference.step == errors_name && reference.output.empty()) {
      reads_all_errors_[index].push_back(reference.input);
      return;
    }
    const auto found = find_step(reference, index);
    has_broken_reference_ = has_broken_reference_ || !found;
    if (!found || drafts_[*found].broken) return;
    const Step& from = drafts_[*found].step;
    const auto port = port_of(from, reference.output);
    if (port) {
      drafts_[index].step.from.push_back({{*found, *port}, reference.input});
    } else {
      has_broken_reference_ = true;
      report_output(reference, from);
    }
  }

  std::optional<std::size_t> find_step(const Reference& reference, std::size_t index) {
    std::vector<std::string> above;
    for (std::size_t each = 0; each < drafts_.size(); ++each) {
      if (each < index && !drafts_[each].step.id.empty()) above.push_back(drafts_[each].step.id);
      if (drafts_[each].step.id != reference.step) continue;
      if (each < index) return each;
      diagnostics_.error(Code::step_below, reference.node->span,
                         fmt::format("`{}` is {}, expected a step above", reference.step,
                                     each == index ? "this step itself" : "below this step"));
      return std::nullopt;
    }
    if (may_mean_misspelled(reference, index)) return std::nullopt;
    diagnostics_.error(Code::unknown_step, reference.node->span,
                       fmt::format("there is no step `{}` above, expected {}", reference.step, list_of(above)),
                       did_you_mean(reference.step, above));
    return std::nullopt;
  }

  // `from: dedupe`, where the step above was meant to be one, and so called, but is a `dedup`: that was reported.
  bool may_mean_misspelled(const Reference& reference, std::size_t index) const {
    return std::any_of(drafts_.begin(), drafts_.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const StepDraft& draft) {
                         const std::array id = {std::string_view(draft.step.id)};
                         return draft.step.operation.empty() && draft.id == nullptr && !draft.step.id.empty() &&
                                !nearest(reference.step, id).empty();
                       });
  }

  static std::optional<Port> port_of(const Step& step, std::string_view output) {
    const auto& names = step.outputs.names;
    if (output == errors_name && step.outputs.has_errors) return step.outputs.errors_port();
    const auto found = std::find(names.begin(), names.end(), output);
    if (found == names.end()) return std::nullopt;
    return static_cast<Port>(found - names.begin());
  }

  static std::vector<std::string> outputs_of(const Step& step) {
    std::vector<std::string> outputs;
    for (const std::string& name : step.outputs.names) outputs.push_back(name.empty() ? step.id : step.id + "." + name);
    if (step.outputs.has_errors) outputs.push_back(step.id + ".errors");
    return outputs;
  }
  static std::string outputs_hint(const Step& step) {
    const auto outputs = outputs_of(step);
    if (step.is_sink() || outputs.empty()) return "name the step that it reads: `from: ...`";
    return fmt::format("write `from: {}`", outputs.front());
  }
  void report_output(const Reference& reference, const Step& from) {
    const std::vector<std::string> outputs = outputs_of(from);
    const std::string written = reference.output.empty() ? reference.step : reference.step + "." + reference.output;
    const std::string found = reference.output.empty()
                                  ? fmt::format("`{}` has no main output", from.id)
                                  : fmt::format("`{}` has no output `{}`", from.id, reference.output);
    diagnostics_.error(Code::unknown_output, reference.node->span,
                       fmt::format("{}, expected {}", found, list_of(outputs)), did_you_mean(written, outputs));
  }

  // `errors` is what every step rejects that nobody reads by its own name, but of steps that descend from an errors output:
  // those always stop the job.
  void link_all_errors() {
    std::vector<bool> descends(drafts_.size());
    for (std::size_t index = 0; index < drafts_.size(); ++index) {
      descends[index] = !reads_all_errors_[index].empty();
      for (const Stream& stream : drafts_[index].step.from)
        descends[index] = descends[index] || descends[stream.step] || is_errors(stream);
    }
    for (std::size_t index = 0; index < drafts_.size(); ++index) {
      if (reads_all_errors_[index].empty()) continue;
      auto& from = drafts_[index].step.from;
      for (std::size_t each = 0; each < drafts_.size(); ++each) {
        const Step& step = drafts_[each].step;
        const Stream errors{each, step.outputs.errors_port()};
        if (drafts_[each].broken || !step.outputs.has_errors || descends[each] || is_read_by_name(errors)) continue;
        for (const InputIndex input : reads_all_errors_[index]) from.push_back({errors, input});
      }
    }
  }
  // By another step than those that read all errors.
  bool is_read_by_name(const Stream& stream) const {
    for (std::size_t index = 0; index < drafts_.size(); ++index) {
      const auto& from = drafts_[index].step.from;
      if (reads_all_errors_[index].empty() && std::find(from.begin(), from.end(), stream) != from.end()) return true;
    }
    return false;
  }

  bool is_errors(const Stream& stream) const { return stream.port == drafts_[stream.step].step.outputs.errors_port(); }

  void mark_under_errors() {
    for (StepDraft& draft : drafts_)
      for (const Stream& stream : draft.step.from) {
        draft.step.under_errors =
            draft.step.under_errors || drafts_[stream.step].step.under_errors || is_errors(stream);
      }
  }

  void warn_of_skips() {
    for (const StepDraft& draft : drafts_) {
      if (!draft.step.under_errors || draft.step.on_error != OnError::skip) continue;
      diagnostics_.warning(
          Code::skip_under_errors, draft.step.node->find("on_error")->value->span,
          fmt::format("`{}` is below an errors output, so its rejects stop the job all the same", draft.step.id),
          "leave `on_error` out");
    }
  }

  // A reference that is broken may have meant any stream; and without a sink the last one is not read, of course.
  void check_read() {
    if (has_broken_reference_) return;
    const std::size_t last = has_any("sink") ? drafts_.size() : drafts_.size() - 1;
    for (std::size_t index = 0; index < last; ++index) {
      const Step& step = drafts_[index].step;
      if (drafts_[index].broken || step.is_sink()) continue;
      const auto* const plan = std::get_if<OperatorPlan>(&step.work);
      for (std::size_t port = 0; port < step.outputs.names.size(); ++port) {
        const std::string& name = step.outputs.names[port];
        const bool optional = name == "other" || name == "late" || (plan != nullptr && plan->counts_as_sink);
        if (!optional && !is_read_at_all({index, static_cast<Port>(port)})) report_unread(step, name);
      }
    }
  }
  bool is_read_at_all(const Stream& stream) const {
    return std::any_of(drafts_.begin(), drafts_.end(), [&](const StepDraft& draft) {
      return std::find(draft.step.from.begin(), draft.step.from.end(), stream) != draft.step.from.end();
    });
  }
  void report_unread(const Step& step, const std::string& name) {
    const std::string stream = name.empty() ? step.id : step.id + "." + name;
    diagnostics_.error(Code::unread, step.node->span, fmt::format("nothing reads `{}`", stream),
                       fmt::format("end it with a sink: `- from: {}` and `sink: drop` where it is not needed", stream));
  }

  std::vector<StepDraft>& drafts_;
  Diagnostics& diagnostics_;
  std::vector<std::vector<InputIndex>> reads_all_errors_;  // of each step, the inputs that do
  bool has_broken_reference_ = false;
};

bool counts_as_sink(const StepDraft& draft) {
  const auto* const plan = std::get_if<OperatorPlan>(&draft.step.work);
  return draft.step.operation == "sink" || (plan != nullptr && plan->counts_as_sink);
}

void check_ends(const std::vector<StepDraft>& drafts, const YamlNode& stream, Diagnostics& diagnostics) {
  const bool known = std::none_of(drafts.begin(), drafts.end(),
                                  [](const StepDraft& draft) { return draft.broken && draft.step.operation.empty(); });
  const auto is_source = [](const StepDraft& draft) { return draft.step.operation == "source"; };
  if (known && std::none_of(drafts.begin(), drafts.end(), is_source))
    diagnostics.error(Code::no_source, stream.span, "the flow has no source, expected one as the first step",
                      "write `- source: stdin`");
  const bool broken_inspect = std::any_of(drafts.begin(), drafts.end(), [](const StepDraft& draft) {
    return draft.broken && draft.step.operation == "inspect";
  });
  if (known && !broken_inspect && std::none_of(drafts.begin(), drafts.end(), counts_as_sink))
    diagnostics.error(Code::no_sink, stream.span, "the flow has no sink, expected one at the end",
                      "write `- sink: stdout`");
}

}  // namespace

std::optional<std::vector<Step>> link_steps(std::vector<StepDraft> drafts, const YamlNode& stream,
                                            Diagnostics& diagnostics) {
  Linker(drafts, diagnostics).link();
  check_ends(drafts, stream, diagnostics);
  const bool whole = std::none_of(drafts.begin(), drafts.end(), [](const StepDraft& draft) { return draft.broken; });
  std::vector<Step> steps;
  for (StepDraft& draft : drafts)
    if (!draft.broken) steps.push_back(std::move(draft.step));
  if (whole) check_endless(steps, diagnostics);
  check_resources(steps, diagnostics);
  if (whole) resolve_clocks(steps, diagnostics);
  if (whole) check_provisional(steps, diagnostics);
  if (!whole || diagnostics.has_errors()) return std::nullopt;
  return steps;
}

}  // namespace flowrun
