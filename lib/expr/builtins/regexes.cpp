#include "expr/builtins.hpp"
#include "expr/builtins/pattern_source.hpp"
#include "expr/operations.hpp"
#include "expr/regex.hpp"

namespace flowrun::expr {
namespace {

// A match, and where code points were counted to.
struct Match {
  const Regex& regex;
  const Value& text;
  const std::vector<MatchedGroup>& groups;
  std::size_t code_point;  // of the whole

  std::size_t from() const { return groups[0].from; }
  std::size_t to() const { return groups[0].to; }
};

Value part(const Value& text, const MatchedGroup& group) {
  return group.is_matched() ? Value::text(text.as_text().substr(group.from, group.to - group.from)) : Value::null();
}

Value count(std::string_view text) { return Value::integer(static_cast<std::int64_t>(count_code_points(text))); }

// Finds the matches of a text one after the other.
template <class F>
bool for_each_match(Evaluation& run, const Search& pattern, const Value& text, F&& take) {
  const auto bytes = text.as_text();
  std::vector<MatchedGroup> groups;
  std::string message;
  std::size_t code_point = 0;
  std::size_t counted_to = 0;
  for (std::size_t from = 0; from <= bytes.size();) {
    const auto outcome = pattern.regex->search(bytes, from, groups, message);
    if (outcome == SearchOutcome::failed) return run.fail(message), false;
    if (outcome == SearchOutcome::not_found || !run.step()) break;
    code_point += count_code_points(bytes.substr(counted_to, groups[0].from - counted_to));
    counted_to = groups[0].from;
    if (!take(Match{*pattern.regex, text, groups, code_point})) return false;
    if (!pattern.flags.global) break;
    from = groups[0].to;
    if (groups[0].from == groups[0].to) from += std::max<std::size_t>(1, code_point_offset(bytes.substr(from), 1));
  }
  return !run.stopped();
}

// {offset, length, string, name} of a group; in an empty match every group that took part is empty too, as in jq.
Value capture_object(Evaluation& run, const Match& match, std::size_t number) {
  const MatchedGroup& group = match.groups[number];
  const bool is_empty = match.from() == match.to();
  const auto bytes = match.text.as_text();
  Value offset = Value::integer(-1);
  if (group.is_matched()) {
    offset =
        is_empty ? Value::integer(static_cast<std::int64_t>(match.code_point)) : count(bytes.substr(0, group.from));
  }
  Value string = part(match.text, group);
  if (group.is_matched() && is_empty) string = Value::text("");
  const auto& name = match.regex.group_name(number);
  const Member length{Value::text("length"), string.is_null() ? Value::integer(0) : count(string.as_text())};
  const Member text{Value::text("string"), string};
  const bool is_empty_group = is_empty || group.from == group.to;  // jq has the two the other way round then
  Member* const members = new_members(*run.arena, 4);
  members[0] = {Value::text("offset"), offset};
  members[1] = is_empty_group ? text : length;
  members[2] = is_empty_group ? length : text;
  members[3] = {Value::text("name"), name.empty() ? Value::null() : Value::text(name, *run.arena)};
  return Value::object(members, 4);
}

Value match_object(Evaluation& run, const Match& match) {
  Gathering captures(run);
  for (std::size_t i = 1; i < match.groups.size(); ++i) captures.add(capture_object(run, match, i));
  const Value string = part(match.text, match.groups[0]);
  Member* const members = new_members(*run.arena, 4);
  members[0] = {Value::text("offset"), Value::integer(static_cast<std::int64_t>(match.code_point))};
  members[1] = {Value::text("length"), count(string.as_text())};
  members[2] = {Value::text("string"), string};
  members[3] = {Value::text("captures"), captures.array()};
  return Value::object(members, 4);
}

// The named groups and what they matched.
Value named_groups(Evaluation& run, const Match& match) {
  Value whole = Value::object(new_members(*run.arena, 0), 0);
  const bool is_empty = match.from() == match.to();
  for (std::size_t i = 1; i < match.groups.size() && !whole.is_nothing(); ++i) {
    const auto& name = match.regex.group_name(i);
    if (name.empty()) continue;
    Value string = part(match.text, match.groups[i]);
    if (is_empty && !string.is_null()) string = Value::text("");
    whole = set_member(run, whole, Value::text(name, *run.arena), string);
  }
  return whole;
}

// The matched text, or the texts of its groups where it has some.
Value scanned(Evaluation& run, const Match& match) {
  if (match.groups.size() == 1) return part(match.text, match.groups[0]);
  Gathering groups(run);
  for (std::size_t i = 1; i < match.groups.size(); ++i) {
    const Value string = part(match.text, match.groups[i]);
    groups.add(match.from() == match.to() && !string.is_null() ? Value::text("") : string);
  }
  return groups.array();
}

class Test final : public Node {
 public:
  explicit Test(const std::vector<const Node*>& arguments)
      : Test(PatternSource(PatternUse::matching, arguments[0], arguments.size() > 1 ? arguments[1] : nullptr)) {}
  explicit Test(PatternSource source) : Node(source.is_single()), source_(std::move(source)) {}

  Value one(Frame& frame, const Value& input) const override {
    Value found;
    source_.for_each(frame, input,
                     [&](const Search& pattern) { return !(found = search(frame.run, pattern, input)).is_nothing(); });
    return frame.run.stopped() ? Value() : found;
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return source_.for_each(frame, input.value, [&](const Search& pattern) {
      const Value found = search(frame.run, pattern, input.value);
      return !found.is_nothing() && emit(computed(input, found));
    });
  }

 private:
  static Value search(Evaluation& run, const Search& pattern, const Value& input) {
    std::string message;
    const auto outcome = pattern.regex->test(input.as_text(), message);
    return outcome == SearchOutcome::failed ? run.fail(message) : Value::boolean(outcome == SearchOutcome::found);
  }

  PatternSource source_;
};

// match, capture, scan: something of each match.
template <Value (*made_of)(Evaluation&, const Match&)>
class EachMatch final : public Node {
 public:
  EachMatch(const std::vector<const Node*>& arguments, PatternUse use)
      : Node(false), source_(use, arguments[0], arguments.size() > 1 ? arguments[1] : nullptr) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return source_.for_each(frame, input.value, [&](const Search& pattern) {
      return for_each_match(frame.run, pattern, input.value, [&](const Match& match) {
        const Value made = made_of(frame.run, match);
        return !made.is_nothing() && emit(computed(input, made));
      });
    });
  }

 private:
  PatternSource source_;
};

// splits: the pieces between the matches.
class Splits final : public Node {
 public:
  explicit Splits(const std::vector<const Node*>& arguments)
      : Node(false), source_(PatternUse::globally, arguments[0], arguments.size() > 1 ? arguments[1] : nullptr) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return source_.for_each(frame, input.value, [&](const Search& pattern) {
      std::size_t from = 0;
      const auto piece = [&](std::size_t to) { return part(input.value, {from, std::max(from, to)}); };
      const bool complete = for_each_match(frame.run, pattern, input.value, [&](const Match& match) {
        const Value before = piece(match.from());
        from = match.to();
        return emit(computed(input, before));
      });
      return complete && emit(computed(input, piece(input.value.as_text().size())));
    });
  }

 private:
  PatternSource source_;
};

// sub and gsub: as many results as the replacement has outputs.
class Substitute final : public Node {
 public:
  Substitute(const std::vector<const Node*>& arguments, PatternUse use)
      : Node(false),
        source_(use, arguments[0], arguments.size() > 2 ? arguments[2] : nullptr),
        replacement_(arguments[1]) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return source_.for_each(frame, input.value, [&](const Search& pattern) {
      std::vector<std::string> results;
      std::size_t from = 0;
      const bool complete = for_each_match(frame.run, pattern, input.value, [&](const Match& match) {
        const auto gap = input.value.as_text().substr(from, match.from() - from);
        from = match.to();
        return replace(frame, match, gap, results);
      });
      if (!complete) return false;
      if (results.empty()) return emit(input.tracked() ? computed(input, input.value) : input);
      const auto rest = input.value.as_text().substr(from);
      for (const auto& result : results) {
        const Value whole = join_texts(frame.run, result, rest);
        if (whole.is_nothing() || !emit(computed(input, whole))) return false;
      }
      return true;
    });
  }

 private:
  bool replace(Frame& frame, const Match& match, std::string_view gap, std::vector<std::string>& results) const {
    const Value groups = named_groups(frame.run, match);
    if (groups.is_nothing()) return false;
    Gathering inserts(frame.run);
    const bool complete = replacement_->each(frame, {groups, nullptr}, [&](const Item& item) {
      inserts.add(item.value);
      return frame.run.step();
    });
    if (!complete) return false;
    for (std::size_t number = 0; number < inserts.size(); ++number) {
      const Value& insert = inserts.values()[number];
      if (!insert.is_text() && !insert.is_null())
        return type_error(frame.run, Value::text(gap, *frame.run.arena), insert, "cannot be added"), false;
      if (number == results.size()) results.emplace_back();
      std::string& result = results[number];
      result += gap;
      if (insert.is_text()) result += insert.as_text();
      if (!frame.run.has_room(result.size())) return false;
    }
    return true;
  }

  PatternSource source_;
  const Node* replacement_;
};

NodePtr make_test(const std::vector<const Node*>& arguments) { return std::make_unique<Test>(arguments); }
NodePtr make_match(const std::vector<const Node*>& arguments) {
  return std::make_unique<EachMatch<match_object>>(arguments, PatternUse::matching);
}
NodePtr make_capture(const std::vector<const Node*>& arguments) {
  return std::make_unique<EachMatch<named_groups>>(arguments, PatternUse::matching);
}
NodePtr make_scan(const std::vector<const Node*>& arguments) {
  return std::make_unique<EachMatch<scanned>>(arguments, PatternUse::global);
}
NodePtr make_splits(const std::vector<const Node*>& arguments) { return std::make_unique<Splits>(arguments); }
NodePtr make_sub(const std::vector<const Node*>& arguments) {
  return std::make_unique<Substitute>(arguments, PatternUse::once);
}
NodePtr make_gsub(const std::vector<const Node*>& arguments) {
  return std::make_unique<Substitute>(arguments, PatternUse::globally);
}

}  // namespace

std::span<const Builtin> regex_builtins() {
  static const Builtin table[] = {
      {.name = "test", .arity = 1, .meaning = "whether the regular expression matches", .factory = make_test},
      {.name = "test", .arity = 2, .meaning = "the same with flags (g i x m s p l n)", .factory = make_test},
      {.name = "match",
       .arity = 1,
       .meaning = "the match as {offset, length, string, captures}",
       .factory = make_match},
      {.name = "match", .arity = 2, .meaning = "the same with flags; all matches with g", .factory = make_match},
      {.name = "capture", .arity = 1, .meaning = "the named groups of the match as an object", .factory = make_capture},
      {.name = "capture", .arity = 2, .meaning = "the same with flags", .factory = make_capture},
      {.name = "scan", .arity = 1, .meaning = "all matches, or their groups", .factory = make_scan},
      {.name = "scan", .arity = 2, .meaning = "the same with flags", .factory = make_scan},
      {.name = "splits", .arity = 1, .meaning = "the pieces between the matches", .factory = make_splits},
      {.name = "splits", .arity = 2, .meaning = "the same with flags", .factory = make_splits},
      {.name = "split",
       .arity = 2,
       .meaning = "the pieces between the matches, as an array",
       .definition = "def split($re; $flags): [splits($re; $flags)];"},
      {.name = "sub", .arity = 2, .meaning = "the text with its first match replaced", .factory = make_sub},
      {.name = "sub", .arity = 3, .meaning = "the same with flags", .factory = make_sub},
      {.name = "gsub", .arity = 2, .meaning = "the text with all matches replaced", .factory = make_gsub},
      {.name = "gsub", .arity = 3, .meaning = "the same with flags", .factory = make_gsub},
  };
  return table;
}

}  // namespace flowrun::expr
