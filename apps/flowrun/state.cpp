#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/base_encodings.hpp"
#include "base/failure.hpp"
#include "base/nearest.hpp"
#include "base/timestamp.hpp"
#include "base/units.hpp"
#include "command.hpp"
#include "record/group.hpp"
#include "record/json.hpp"
#include "state/store.hpp"

namespace flowrun {
namespace {

using state::StoreView;

std::string size_text(std::uint64_t bytes) { return format_size(static_cast<std::int64_t>(bytes)); }

std::string epoch_line(const StoreView& view) {
  if (view.latest() == nullptr) return "none yet";
  std::string text = fmt::format("{} of flow {}", view.latest()->epoch, view.latest()->flow);
  if (view.prepared() != nullptr) text += fmt::format(", and {} that is not decided", view.prepared()->epoch);
  return text;
}

// A node is the step, or a part of it behind a slash.
bool belongs_to(const std::string& node, const std::string& step) {
  return node == step || node.starts_with(step + "/");
}

int ls(const std::string& folder) {
  const auto view = StoreView::open(folder);
  const StoreView::Size size = view->measure();
  fmt::print("epoch     {}\n", epoch_line(*view));
  fmt::print("on disk   {}: snapshot {}, changes {}", size_text(size.file_bytes), size_text(size.snapshot_bytes),
             size_text(size.change_bytes));
  if (const auto [first, last] = view->unfolded(); size.change_bytes > 0)
    fmt::print(" of epochs {} to {}", first, last);
  fmt::print("\n");
  if (size.states.empty()) return 0;
  fmt::print("\n{:<24} {:<16} {:>12} {:>12}\n", "STEP", "STATE", "GROUPS", "BYTES");
  for (const StoreView::StateSize& state : size.states)
    fmt::print("{:<24} {:<16} {:>12} {:>12}\n", state.node, state.state, state.groups, state.bytes);
  return 0;
}

int verify(const std::string& folder) {
  const auto view = StoreView::open(folder);
  std::uint64_t groups = 0;
  for (const StoreView::StateSize& state : view->measure().states) groups += state.groups;
  fmt::print("sound: epoch {}, {} groups\n", epoch_line(*view), groups);
  return 0;
}

int backup(const std::string& folder, const std::string& copy) {
  const auto view = StoreView::open(folder);
  // A copy of damage is none.
  view->measure();
  view->copy_to(copy);
  // The job may have gone on meanwhile, so it is the copy that says which epoch it has.
  fmt::print("copied epoch {}\n", epoch_line(*StoreView::open(copy)));
  return 0;
}

// The bytes of the group that a word stands for: a JSON value, or a text that is none.
std::string group_of(const std::string& word) {
  Arena arena;
  JsonReader reader;
  const auto value = reader.read(word, arena);
  std::string bytes;
  encode_group(value.ok() ? *value : Value::text(word, arena), bytes);
  return bytes;
}

// Text of the step's own names goes through the writer of JSON, too.
std::string json_text(std::string_view text) {
  Arena arena;
  std::string out;
  write_json(Value::text(text, arena), out);
  return out;
}

std::string json_line(const std::string& node, const std::string& state, const state::Change& change) {
  Arena arena;
  std::string line = "{\"step\":" + json_text(node) + ",\"state\":" + json_text(state) + ",\"group\":";
  write_json(decode_group(change.group, arena), line);
  if (change.pane != no_time) line += ",\"pane\":\"" + format_timestamp(change.pane) + "\"";
  line += fmt::format(",\"bytes\":{},\"base64\":\"", change.state.size());
  encode_base64(change.state, line);
  return line + "\"}\n";
}

std::vector<std::string> nodes_of(const StoreView& view, const std::string& step) {
  std::vector<std::string> found, all;
  if (view.latest() != nullptr)
    for (const state::StepNote& note : view.latest()->steps) {
      all.push_back(note.node.substr(0, note.node.find('/')));
      if (belongs_to(note.node, step)) found.push_back(note.node);
    }
  if (!found.empty()) return found;
  const std::string near = did_you_mean(step, all);
  throw Failure(ExitCode::usage,
                "the store has no state of step `" + step + "`" +
                    (near.empty() ? "\nhint: `flowrun state ls DIR` lists the steps" : "\nhint: " + near));
}

int show(const std::string& folder, const std::string& step, const std::string* group) {
  const auto view = StoreView::open(folder);
  const std::string wanted = group != nullptr ? group_of(*group) : std::string();
  for (const std::string& each : nodes_of(*view, step))
    view->each(each, [&](const std::string& node, const std::string& state, const state::Change& change) {
      if (group != nullptr && change.group != wanted) return;
      const std::string line = json_line(node, state, change);
      std::fwrite(line.data(), 1, line.size(), stdout);
    });
  return 0;
}

int run(const Invocation& invocation) {
  const std::vector<std::string>& words = invocation.arguments;
  const std::string& what = words[0];
  const auto takes = [&](std::size_t fewest, std::size_t most, const char* usage) {
    if (words.size() - 1 < fewest || words.size() - 1 > most)
      throw Failure(ExitCode::usage, std::string("expected `flowrun state ") + usage + "`");
  };
  if (what == "ls") return takes(1, 1, "ls DIR"), ls(words[1]);
  if (what == "verify") return takes(1, 1, "verify DIR"), verify(words[1]);
  if (what == "backup") return takes(2, 2, "backup DIR COPY"), backup(words[1], words[2]);
  if (what == "show")
    return takes(2, 3, "show DIR STEP [GROUP]"), show(words[1], words[2], words.size() > 3 ? &words[3] : nullptr);
  const std::vector<std::string> all = {"ls", "show", "verify", "backup"};
  const std::string near = did_you_mean(what, all);
  throw Failure(ExitCode::usage, "there is no `flowrun state " + what +
                                     "`\nhint: " + (near.empty() ? "there are ls, show, verify and backup" : near));
}

}  // namespace

Command state_command() {
  Command made;
  made.name = "state";
  made.arguments = "ls|show|verify|backup DIR";
  made.fewest = 1;
  made.most = 4;
  made.summary = "looks into a recovery directory, also of a running job: what is there, whether it is sound, a copy";
  made.examples = {
      {"flowrun state ls DIR", "epochs, steps, groups, bytes"},
      {"flowrun state show DIR STEP [GROUP]", "each group as a line of JSON; its state as stored, in base64"},
      {"flowrun state verify DIR", "reads all of it; exit code 10 where something is damaged"},
      {"flowrun state backup DIR COPY", "a consistent copy in another folder, to be used like the first"}};
  made.run = run;
  return made;
}

}  // namespace flowrun
