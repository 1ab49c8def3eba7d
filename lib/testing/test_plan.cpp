#include "testing/test_plan.hpp"

#include <algorithm>
#include <utility>

#include "base/failure.hpp"
#include "flow/compile.hpp"
#include "record/json.hpp"

namespace flowrun {

namespace {

constexpr std::size_t most_shown = 500;  // bytes of a rejected record

// The record that an error record stands for; of bytes the text.
std::string record_of(const Value& error) {
  const Value* const raw = find(error, "raw");
  std::string json;
  write_json_start(raw != nullptr && raw->is_text() ? *raw : *find(error, "value"), most_shown, json);
  return json;
}

}  // namespace

// Sees what a step rejects. Its errors output is read here alone where the flow does not read it, so what becomes of the
// record then, as `on_error` says, is done here, too.
class TestPlan::RejectWatcher final : public CaptureWatcher {
 public:
  RejectWatcher(TestPlan& plan, bool stops) : plan_(plan), stops_(stops) {}

  void came(const Value& value, std::uint64_t epoch) override {
    const auto text = [&](std::string_view name) { return std::string(find(value, name)->as_text()); };
    plan_.note({text("step"), text("kind"), text("message"), record_of(value), epoch}, stops_);
    if (stops_) throw Failure(ExitCode::stopped_by_reject, text("message"));
  }

 private:
  TestPlan& plan_;
  const bool stops_;
};

namespace {

bool is_read(const Flow& flow, const Stream& stream) {
  return std::any_of(flow.steps.begin(), flow.steps.end(), [&](const Step& step) {
    return std::find(step.from.begin(), step.from.end(), stream) != step.from.end();
  });
}

}  // namespace

TestPlan::TestPlan(const Flow& flow) {
  Flow ready = flow;
  tap_outputs(ready);
  replace_ends(ready);
  plan_ = compile_flow(ready).plan;
}

void TestPlan::tap_outputs(Flow& flow) {
  const std::size_t steps = flow.steps.size();
  for (std::size_t step = 0; step < steps; ++step) {
    const StepOutputs outputs = flow.steps[step].outputs;
    if (flow.steps[step].is_sink())
      streams_.push_back({flow.steps[step].id, {step, written_port}, false, false, &captures_.emplace_back()});
    for (Port port = 0; port < outputs.names.size(); ++port) tap(flow, step, port);
    if (outputs.has_errors) tap(flow, step, outputs.errors_port());
  }
}

void TestPlan::tap(Flow& flow, std::size_t index, Port port) {
  const Step& step = flow.steps[index];
  const Stream stream{index, port};
  const bool is_errors = port == step.outputs.errors_port();
  const std::string output = is_errors ? "errors" : step.outputs.names[port];
  const bool read = is_read(flow, stream);
  CapturedStream captured{output.empty() ? step.id : step.id + "." + output, stream, is_errors,
                          output == "late" && !read, &captures_.emplace_back()};
  CaptureWatcher* watcher = nullptr;
  if (is_errors) {
    const bool stops = !read && (step.under_errors || step.on_error == OnError::stop);
    watcher = watchers_.emplace_back(std::make_unique<RejectWatcher>(*this, stops)).get();
  }
  Step reader;
  reader.id = captured.name + " in the test";
  reader.operation = reader.component = "sink";
  reader.work = SinkStep{capturing_sink(*captured.capture, watcher), {}, {}};
  reader.from = {{stream, 0}};
  streams_.push_back(std::move(captured));
  flow.steps.push_back(std::move(reader));
}

void TestPlan::replace_ends(Flow& flow) {
  for (std::size_t index = 0; index < flow.steps.size(); ++index) {
    Step& step = flow.steps[index];
    if (auto* const source = std::get_if<SourceStep>(&step.work)) {
      ScriptSource& script = sources_.try_emplace(index, step.id).first->second;
      *source = script.replace(std::move(*source));
    }
  }
  for (const CapturedStream& captured : streams_) {
    if (captured.stream.port != written_port) continue;
    auto& sink = std::get<SinkStep>(flow.steps[captured.stream.step].work);
    sink.sink = capturing_sink(*captured.capture);
  }
}

void TestPlan::go_on_from(std::uint64_t epoch) {
  for (Capture& capture : captures_) capture.go_on_from(epoch);
  std::erase_if(rejects_, [&](const CapturedReject& reject) { return reject.epoch > epoch; });
}

void TestPlan::reopen_sources() {
  for (auto& [step, source] : sources_) source.reopen();
}

void TestPlan::note(CapturedReject reject, bool stops) {
  const std::lock_guard lock(mutex_);
  if (!stops)
    rejects_.push_back(std::move(reject));
  else if (!stop_)
    stop_ = std::move(reject);
}

}  // namespace flowrun
