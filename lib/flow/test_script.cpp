#include "flow/test_script.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/option_reader.hpp"

namespace flowrun {
namespace {

OptionSpec spec_of(std::string name, OptionType type) {
  OptionSpec spec;
  spec.name = std::move(name);
  spec.type = type;
  return spec;
}

}  // namespace

std::vector<TestEntry> TestScriptReader::read_given(const YamlNode& given) {
  std::vector<TestEntry> entries;
  named_.clear();
  if (!given.is_mapping()) {
    diagnostics_.error(Code::wrong_type, given.span,
                       fmt::format("`given` is {}, expected a mapping of sources to lists of values", describe(given)));
    return entries;
  }
  for (const YamlEntry& entry : given.entries) {
    const auto source = names_.source(*entry.key);
    auto records = values_.values(*entry.value, entry.key->text);
    if (!source) continue;
    named_.insert(*source);
    entries.emplace_back(TestSend{*source, std::move(records), {}});
  }
  for (const std::size_t source : named_) entries.emplace_back(TestEnd{source});
  std::vector<TestEntry> script = ends_of_unnamed();
  std::move(entries.begin(), entries.end(), std::back_inserter(script));
  return script;
}

std::vector<TestEntry> TestScriptReader::ends_of_unnamed() const {
  std::vector<TestEntry> ends;
  for (const std::size_t source : names_.sources())
    if (named_.count(source) == 0) ends.emplace_back(TestEnd{source});
  return ends;
}

std::vector<TestEntry> TestScriptReader::read_script(const YamlNode& script) {
  std::vector<TestEntry> entries;
  named_.clear();
  ended_.clear();
  if (!values_.require_list(script, "script")) return entries;
  for (const YamlNode* item : script.items) {
    if (!item->is_mapping() || item->entries.size() != 1) {
      diagnostics_.error(
          Code::wrong_type, item->span,
          fmt::format("an entry of the script is {}, expected one of `send`, `advance`, `epoch`, `crash`, "
                      "`restart` and `end`",
                      item->is_mapping() ? "a mapping of several" : describe(*item)),
          "write `- send: { to: ..., value: ... }`");
      continue;
    }
    if (auto entry = read_entry(item->entries.front())) entries.push_back(std::move(*entry));
  }
  std::vector<TestEntry> whole = ends_of_unnamed();
  std::move(entries.begin(), entries.end(), std::back_inserter(whole));
  return whole;
}

std::optional<TestEntry> TestScriptReader::read_entry(const YamlEntry& entry) {
  const std::string& what = entry.key->text;
  YamlNode alone;  // the entry by itself, as a mapping of options
  alone.kind = YamlKind::mapping;
  alone.entries = {entry};
  if (what == "send") return read_send(*entry.value);
  if (what == "advance") {
    const auto by = values_.option<Duration>(spec_of("advance", OptionType::duration), alone);
    return by ? std::optional<TestEntry>(TestAdvance{*by}) : std::nullopt;
  }
  if (what == "epoch") {
    OptionSpec spec = spec_of("epoch", OptionType::boolean);
    const auto is_cut = values_.option<bool>(spec, alone);
    return is_cut && *is_cut ? std::optional<TestEntry>(TestEpoch{}) : std::nullopt;
  }
  if (what == "end") {
    const auto source = names_.source(*entry.value);
    if (!source) return std::nullopt;
    note_source(*source, *entry.value);
    ended_.insert(*source);
    return TestEnd{*source};
  }
  if (what == "crash") return read_crash(*entry.value, alone);
  if (what == "restart") return read_restart(*entry.value, alone);
  values_.check_keys(alone, {"send", "advance", "epoch", "crash", "restart", "end"}, "a script");
  return std::nullopt;
}

std::optional<TestEntry> TestScriptReader::read_crash(const YamlNode& node, const YamlNode& alone) {
  if (!node.is_mapping()) {
    const auto happens = values_.option<bool>(spec_of("crash", OptionType::boolean), alone);
    return happens && *happens ? std::optional<TestEntry>(TestCrash{}) : std::nullopt;
  }
  values_.check_keys(node, {"down"}, "`crash`");
  const auto down = values_.option<Duration>(spec_of("down", OptionType::duration), node);
  return down ? std::optional<TestEntry>(TestCrash{*down}) : std::nullopt;
}

std::optional<TestEntry> TestScriptReader::read_restart(const YamlNode& node, const YamlNode& alone) {
  ended_.clear();
  if (!node.is_mapping()) {
    const auto happens = values_.option<bool>(spec_of("restart", OptionType::boolean), alone);
    return happens && *happens ? std::optional<TestEntry>(TestRestart{}) : std::nullopt;
  }
  values_.check_keys(node, {"workers"}, "`restart`");
  OptionSpec workers = spec_of("workers", OptionType::integer);
  workers.smallest = 1;
  workers.largest = 1024;
  const auto number = values_.option<std::int64_t>(workers, node);
  return number ? std::optional<TestEntry>(TestRestart{static_cast<std::size_t>(*number)}) : std::nullopt;
}

std::optional<TestEntry> TestScriptReader::read_send(const YamlNode& node) {
  if (!node.is_mapping()) {
    diagnostics_.error(Code::wrong_type, node.span, fmt::format("`send` is {}, expected a mapping", describe(node)),
                       "write `- send: { to: ..., value: ... }`");
    return std::nullopt;
  }
  values_.check_keys(node, {"to", "value", "values", "raw", "key", "time", "meta"}, "`send`");
  const YamlEntry* const to = node.find("to");
  std::optional<std::size_t> source;
  if (to == nullptr)
    diagnostics_.error(Code::missing_key, node.span, "the `send` has no `to`, expected a source");
  else
    source = names_.source(*to->value);
  TestSend send;
  if (source) {
    note_source(*source, *to->value);
    send.source = *source;
    if (!names_.at(*source).is_broken) check_accepted(names_.at(*source), node);
  }
  const std::array<const YamlEntry*, 3> what = {node.find("value"), node.find("values"), node.find("raw")};
  if (std::count(what.begin(), what.end(), nullptr) != 2)
    diagnostics_.error(Code::missing_key, node.span, "a `send` has one of `value`, `values` and `raw`");
  if (what[0] != nullptr) {
    send.records.push_back({values_.value(*what[0]->value), {}, {}, {}});
    values_.read_columns(node, send.records.front());
  }
  if (what[1] != nullptr) send.records = values_.values(*what[1]->value, "values");
  if (what[2] != nullptr) send.raw = values_.option<std::string>(spec_of("raw", OptionType::text), node);
  return send;
}

// What the source cannot take, and what stands beside more or less than one value.
void TestScriptReader::check_accepted(const TestNames::Name& source, const YamlNode& node) {
  for (const char* const column : {"key", "time", "meta"}) {
    const YamlEntry* const entry = node.find(column);
    if (entry != nullptr && node.find("value") == nullptr)
      diagnostics_.error(Code::not_accepted, entry->key->span, fmt::format("a `{}` without a `value`", column),
                         "send each record by itself: `- send: { to: ..., value: ... }`");
  }
  const YamlEntry* const time = node.find("time");
  if (time != nullptr && !source.has_time)
    diagnostics_.error(Code::not_accepted, time->key->span,
                       fmt::format("the source `{}` has no `time`, so its records have none", source.id));
  const YamlEntry* const raw = node.find("raw");
  if (raw != nullptr && !source.takes_bytes)
    diagnostics_.error(Code::not_accepted, raw->key->span,
                       fmt::format("the source `{}` makes values, so it takes no bytes", source.id),
                       "write `value: ...`");
}

void TestScriptReader::note_source(std::size_t source, const YamlNode& node) {
  named_.insert(source);
  if (ended_.count(source) != 0)
    diagnostics_.error(Code::after_end, node.span, fmt::format("the source `{}` has ended", names_.at(source).id),
                       "put its `end` behind all that it sends");
}

}  // namespace flowrun
