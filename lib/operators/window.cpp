#include "operators/window.hpp"

#include <fmt/format.h>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

namespace flowrun {
namespace {

constexpr std::int64_t most_panes = 10'000;
// Between the first and the last year, so that no sum of times leaves the range.
constexpr Duration longest = std::chrono::hours(24) * 366 * 9999;
constexpr const char* kinds[] = {"tumbling", "sliding", "session"};

class WindowReader {
 public:
  WindowReader(const Options& options, OptionFaults& faults) : options_(options), faults_(faults) {}

  Window read() {
    const std::size_t before = faults_.size();
    for (const char* const kind : kinds)
      if (const auto* const duration = options_.get<Duration>(kind)) add_kind(kind, *duration);
    if (kind_.empty())
      fault("", "missing-key", "`window` says nothing of what kind it is, expected `tumbling`, `sliding` or `session`",
            "write `window: { tumbling: 1m }`");
    check_step();
    check_align();
    return faults_.size() == before ? made() : Window();
  }

 private:
  void fault(const std::string& option, std::string code, std::string message, std::string hint) {
    faults_.push_back(
        {option.empty() ? "window" : "window." + option, std::move(code), std::move(message), std::move(hint)});
  }

  void add_kind(const std::string& kind, Duration duration) {
    if (!kind_.empty())
      return fault(kind, "unknown-key", fmt::format("the window is `{}` already, and of one kind only", kind_),
                   fmt::format("leave out `{}` or `{}`", kind_, kind));
    kind_ = kind;
    size_ = duration;
    check_length(kind, duration);
  }
  void check_length(const std::string& option, Duration duration) {
    if (duration <= Duration::zero())
      fault(option, "out-of-range", fmt::format("`{}` is nothing, expected more than 0", option),
            fmt::format("write `{}: 1m`", option));
    else if (duration > longest)
      fault(option, "out-of-range", fmt::format("`{}` is longer than 9999 years", option), "");
  }

  void check_step() {
    const auto* const step = options_.get<Duration>("step");
    if (step != nullptr && !kind_.empty() && kind_ != "sliding")
      return fault("step", "unknown-key", fmt::format("a window that is `{}` has no `step`", kind_),
                   fmt::format("leave it out, or write `sliding` instead of `{}`", kind_));
    if (kind_ != "sliding") return;
    if (step == nullptr)
      return fault("", "missing-key", "a sliding window has no `step`, which says how far apart windows begin",
                   "write `window: { sliding: 10m, step: 1m }`");
    step_ = *step;
    check_length("step", step_);
    if (step_ > size_)
      return fault("step", "out-of-range", "`step` is longer than the window, so that some records were in none",
                   "write a `step` of at most the size, or filter the records before");
    if (step_ <= Duration::zero() || size_ <= Duration::zero()) return;
    const std::int64_t panes = size_.count() / std::gcd(size_.count(), step_.count());
    if (panes > most_panes)
      fault(
          "step", "out-of-range",
          fmt::format("size and `step` have no larger common divisor than 1/{} of the size, expected at most {} panes",
                      panes, most_panes),
          "write a `step` that divides the size");
  }

  void check_align() {
    if (kind_ == "session" && options_.has("align"))
      fault("align", "unknown-key", "a session begins with its first record, so it has no `align`", "leave it out");
  }

  Window made() const {
    const auto* const align = options_.get<Time>("align");
    const Time origin = align != nullptr ? *align : Time{};
    if (kind_ == "session") return Window::session(size_);
    return kind_ == "sliding" ? Window::sliding(size_, step_, origin) : Window::tumbling(size_, origin);
  }

  const Options& options_;
  OptionFaults& faults_;
  std::string kind_;
  Duration size_{};
  Duration step_{};
};

}  // namespace

Window::Window(Kind kind, Duration size, Duration step, Time align)
    : kind_(kind), size_(size), step_(step), pane_(std::gcd(size.count(), step.count())), align_(align) {}

Time Window::floor_to(Time time, Duration step) const {
  const std::int64_t passed = (time - align_).count();
  const std::int64_t rest = passed % step.count();
  return time - Duration(rest < 0 ? rest + step.count() : rest);
}

Window read_window(const Options& options, OptionFaults& faults) {
  const auto* const given = options.get<std::shared_ptr<const Options>>("window");
  return given != nullptr ? WindowReader(**given, faults).read() : Window();
}

std::optional<ClockKind> read_clock(const Options& options) {
  const auto* const clock = options.get<std::string>("clock");
  if (clock == nullptr) return std::nullopt;
  return *clock == "event" ? ClockKind::event : ClockKind::system;
}

OptionSpec window_option() {
  const auto duration = [](std::string name, std::string doc, std::string example) {
    return OptionSpec{.name = std::move(name),
                      .type = OptionType::duration,
                      .doc = std::move(doc),
                      .unit = "duration",
                      .example = std::move(example)};
  };
  OptionSpec window{.name = "window",
                    .type = OptionType::options,
                    .doc =
                        "How time is cut: `{tumbling: d}`, `{sliding: d, step: d}`, or `{session: gap}`. Windows take "
                        "their start, not "
                        "their end. Absent: one window, which ends with the input.",
                    .example = "{tumbling: 1m}"};
  window.nested = {
      duration("tumbling", "Windows of that size, one behind the other.", "1m"),
      duration("sliding", "Windows of that size, which begin `step` apart.", "10m"),
      duration("step", "How far apart sliding windows begin; at most their size.", "1m"),
      duration("session", "Windows of records up to this far apart, which end this far behind the last.", "30m"),
      OptionSpec{.name = "align",
                 .type = OptionType::time,
                 .doc = "When a tumbling or sliding window begins, and others whole steps before and after it; default "
                        "1970-01-01T00:00:00Z.",
                 .example = "2026-01-01T06:00:00Z"}};
  return window;
}

OptionSpec clock_option() {
  return {.name = "clock",
          .type = OptionType::choice,
          .doc =
              "What time it is: that of the records (`event`), which is the default where every source that feeds "
              "the step has `time`, or that of the machine (`system`).",
          .example = "system",
          .choices = {"event", "system"}};
}

}  // namespace flowrun
