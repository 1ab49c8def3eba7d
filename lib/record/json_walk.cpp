#include "record/json_walk.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "record/json_scalar.hpp"
#include "record/member_index.hpp"

namespace flowrun {
namespace {

// Values on the stack without growing it.
constexpr std::size_t usual_stack = 4096;

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

// The last of equal keys gives the value, the first one the place. Returns how many members are left.
std::size_t without_duplicates(Member* members, std::size_t size) {
  std::size_t kept = 0;
  for (std::size_t position = 0; position < size; ++position) {
    const auto same = std::find_if(members, members + kept, [&](const Member& earlier) {
      return earlier.key.as_text() == members[position].key.as_text();
    });
    if (same != members + kept)
      same->value = members[position].value;
    else
      members[kept++] = members[position];
  }
  return kept;
}

// The same through the index of a large object, which is made here.
std::size_t index_without_duplicates(Member* members, std::size_t size, Arena& arena, MemberIndex*& index) {
  index = MemberIndex::make(arena, size);
  std::size_t kept = 0;
  for (std::size_t position = 0; position < size; ++position) {
    members[kept] = members[position];
    std::size_t place = 0;
    if (index->add({members, kept + 1}, place))
      ++kept;
    else
      members[place].value = members[kept].value;
  }
  return kept;
}

}  // namespace

bool JsonWalk::run(const Text& text, FieldTable& root, Arena& arena) {
  text_ = &text;
  has_escapes_ = text.has_escapes;
  arena_ = &arena;
  open_frames_ = 0;
  if (stack_.size() != usual_stack) [[unlikely]]
    set_stack_size();
  at_ = {text.start, text.first, stack_.data()};
  // With a closing bracket at the end no value, key or colon is ever looked for behind it: only `close` has to look.
  const char last = text.start[text.end[-1]];
  if (at_.at_container()) {
    if (last != '}' && last != ']') return fail_open_end();
    if (!open(&root)) return false;
  } else {
    Cursor at = at_;
    if (!scalar(at, true)) return false;
    at_ = at;
  }
  while (open_frames_ > 0)
    if (!(innermost().is_object ? members() : items())) return false;
  return at_.next == text.end || fail(*at_.next, "something follows the value");
}

void JsonWalk::set_stack_size() {
  const auto positions = static_cast<std::size_t>(text_->end - text_->first);
  if (stack_.empty() || positions < usual_stack) {
    stack_.resize(usual_stack);
    stack_.shrink_to_fit();  // what a giant has needed is given back
  }
  stack_end_ = stack_.data() + stack_.size();
}

// All bytes up to the next position, without the white space between.
inline std::string_view JsonWalk::Cursor::token() const {
  const char* const start = text + next[0];
  const char* stop = text + next[1];
  while (stop[-1] <= ' ' && is_space(stop[-1])) --stop;
  return {start, static_cast<std::size_t>(stop - start)};
}

// What stands between the quotes. The string is closed, and what follows its closing quote at once has a position.
inline std::string_view JsonWalk::Cursor::string_token() const {
  const std::string_view quoted = token();
  return {quoted.data() + 1, quoted.size() - 2};
}

[[gnu::always_inline]] inline bool JsonWalk::string(Cursor& at, bool keep) {
  if (has_escapes_) [[unlikely]] {
    at = string_with_escapes(at, keep);
    return at.next != nullptr;
  }
  if (keep) {
    const std::string_view raw = at.string_token();
    *at.top++ = Value::padded_text(raw.data(), raw.size());
  }
  ++at.next;
  return true;
}

[[gnu::always_inline]] inline bool JsonWalk::scalar(Cursor& at, bool keep) {
  const char first = at.character();
  if (first == '"') return string(at, keep);
  if (first != '-' && (first < '0' || first > '9')) return atom(at, keep);
  const std::string_view digits = at.token();
  if (keep) {
    *at.top = number_of(digits);
    if (at.top->is_nothing()) return fail_expecting(at, "a value");
    ++at.top;
  } else if (!is_number(digits)) {
    return fail_expecting(at, "a value");
  }
  ++at.next;
  return true;
}

[[gnu::always_inline]] inline bool JsonWalk::atom(Cursor& at, bool keep) {
  const std::string_view name = at.token();
  Value value;
  if (name == "true")
    value = Value::boolean(true);
  else if (name == "false")
    value = Value::boolean(false);
  else if (name == "null")
    value = Value::null();
  else
    return fail_expecting(at, "a value");
  if (keep) *at.top++ = value;
  ++at.next;
  return true;
}

// A string of a text that has backslashes somewhere. Without `next` where it is faulty.
JsonWalk::Cursor JsonWalk::string_with_escapes(Cursor at, bool keep) {
  const std::string_view raw = at.string_token();
  Value text;
  if (raw.find('\\') == raw.npos) {
    text = Value::padded_text(raw.data(), raw.size());
  } else {
    const Arena::Mark mark = arena_->mark();
    char* const characters = keep ? static_cast<char*>(arena_->allocate(raw.size())) : nullptr;
    const Unescaped unescaped = unescape(raw, characters);
    if (unescaped.fault != nullptr) {
      fail(*at.next + 1 + unescaped.fault_offset, unescaped.fault);
      return {};
    }
    if (keep) text = Value::text({characters, unescaped.size});
    if (text.is_inline()) arena_->rewind(mark);
  }
  if (keep) *at.top++ = text;
  ++at.next;
  return at;
}

JsonWalk::Cursor JsonWalk::with_larger_stack(Cursor at) {
  const auto size = at.top - stack_.data();
  stack_.resize(2 * stack_.size());
  stack_end_ = stack_.data() + stack_.size();
  at.top = stack_.data() + size;
  return at;
}

void JsonWalk::make_frames() { frames_.resize(std::max<std::size_t>(16, 2 * frames_.size())); }

bool JsonWalk::open(FieldTable* keep) {
  const bool is_object = at_.character() == '{';
  if (open_frames_ == JsonReader::most_nesting) [[unlikely]]
    return fail_too_deep();
  if (open_frames_ == frames_.size()) [[unlikely]]
    make_frames();
  // A projection restricts objects; an array is read whole.
  if (!is_object && keep != nullptr) keep = &FieldTable::everything();
  const Frame& frame = frames_[open_frames_++] = {keep, static_cast<std::size_t>(at_.top - stack_.data()), is_object};
  ++at_.next;
  return at_.character() == frame.closing_bracket() ? close() : true;
}

// Reads items of the innermost container, an array, until it is closed or another container is opened in it.
bool JsonWalk::items() {
  Cursor at = at_;
  FieldTable* const keep = innermost().keep;
  while (true) {
    if (at.top == stack_end_) [[unlikely]]
      at = with_larger_stack(at);
    if (at.at_container()) return at_ = at, open(keep);
    if (!scalar(at, keep != nullptr)) return false;
    if (at.character() != ',') break;
    ++at.next;
  }
  at_ = at;
  return close();
}

// The same in an object.
bool JsonWalk::members() {
  Cursor at = at_;
  Frame object = innermost();
  while (true) {
    FieldTable* keep = nullptr;
    if (stack_end_ - at.top < 2) [[unlikely]]
      at = with_larger_stack(at);
    if (at.character() != '"') return fail_expecting(at, "a key in quotes");
    if (!(object.keep != nullptr ? key(at, object, keep) : string(at, false))) return false;
    if (at.character() != ':') return fail_expecting(at, "`:` behind a key");
    ++at.next;
    if (at.at_container()) {
      innermost() = object;
      at_ = at;
      return open(keep);
    }
    if (!scalar(at, keep != nullptr)) return false;
    if (at.character() != ',') break;
    ++at.next;
  }
  innermost() = object;
  at_ = at;
  return close();
}

// A key of an object of which something is read: kept if its value is.
[[gnu::always_inline]] inline bool JsonWalk::key(Cursor& at, Frame& object, FieldTable*& keep) {
  const FieldTable::Found* found = object.keep->recognise(at.text + *at.next + 1, object.members);
  if (found == nullptr) [[unlikely]] {
    const Cursor key = at;
    if (!string(at, true)) return false;
    --at.top;
    found = &look_up(key, object);
  } else {
    ++at.next;
  }
  ++object.members;
  keep = found->field;
  if (keep != nullptr) *at.top++ = found->key;
  object.may_repeat = object.may_repeat || (object.seen & found->bit) != 0;
  object.seen |= found->bit;
  return true;
}

// What is read of the member whose key begins at `at` and stands as a value at the top of the stack.
const FieldTable::Found& JsonWalk::look_up(Cursor at, const Frame& object) {
  return looked_up_ = object.keep->find(*at.top, at.string_token(), object.members);
}

// Closes the innermost container and those around it that end here too, up to where another item or member follows.
bool JsonWalk::close() {
  while (true) {
    const Frame& frame = innermost();
    if (at_.character() != frame.closing_bracket())
      return fail_expecting(at_, frame.is_object ? "`,` or `}` behind a member" : "`,` or `]` behind an item");
    ++at_.next;
    if (frame.keep != nullptr) finish(frame);
    if (--open_frames_ == 0) return true;
    if (at_.next == text_->end) return fail_unclosed();
    if (at_.character() == ',') {
      ++at_.next;
      return true;
    }
  }
}

// The values of a container that has ended become one value.
inline void JsonWalk::finish(const Frame& frame) {
  Value* const start = stack_.data() + frame.start;
  const auto size = static_cast<std::size_t>(at_.top - start);
  if (frame.is_object) {
    *start = object_from(frame, size / 2);
  } else {
    Value* const items = new_items(*arena_, size);
    std::copy_n(start, size, items);
    *start = Value::array(items, size);
  }
  at_.top = start + 1;
}

inline Value JsonWalk::object_from(const Frame& frame, std::size_t size) {
  Member* const members = new_members(*arena_, size);
  const Value* const values = stack_.data() + frame.start;
  for (std::size_t position = 0; position < size; ++position)
    members[position] = {values[2 * position], values[2 * position + 1]};
  if (size > most_unindexed || frame.may_repeat) [[unlikely]]
    return object_of_distinct(members, size);
  return Value::object(members, size);
}

// The same where two members may have one key, or there are so many that they get an index.
Value JsonWalk::object_of_distinct(Member* members, std::size_t size) {
  MemberIndex* index = nullptr;
  if (size > most_unindexed)
    size = index_without_duplicates(members, size, *arena_, index);
  else
    size = without_duplicates(members, size);
  const Value object = Value::object(members, size);
  object.header().index = size > most_unindexed ? index : nullptr;
  return object;
}

bool JsonWalk::fail(std::size_t position, std::string message) {
  const auto offset = position - static_cast<std::size_t>(text_->text.data() - text_->start);
  fault_ = {std::move(message), std::min(offset, text_->text.size())};
  return false;
}

bool JsonWalk::fail_too_deep() {
  return fail(*at_.next, fmt::format("values are nested more than {} deep", JsonReader::most_nesting));
}

bool JsonWalk::fail_unclosed() {
  return fail(*at_.next, fmt::format("the text ends before `{}` is closed", innermost().opening_bracket()));
}

// The text begins with a bracket and does not end with one: the value is not closed, or something stands behind it.
bool JsonWalk::fail_open_end() {
  const char opening = at_.character();
  std::size_t depth = 0;
  for (; at_.next != text_->end; ++at_.next) {
    const char character = at_.character();
    if (at_.at_container()) ++depth;
    if ((character == '}' || character == ']') && --depth == 0) return fail(at_.next[1], "something follows the value");
  }
  return fail(*at_.next, fmt::format("the text ends before `{}` is closed", opening));
}

bool JsonWalk::fail_expecting(Cursor at, std::string_view expected) {
  constexpr std::size_t most_shown = 20;
  const std::string_view found = at.token();
  const std::size_t size = character_end(found, std::min(found.size(), most_shown));
  return fail(*at.next, fmt::format("found `{}{}`, expected {}", found.substr(0, size),
                                    size < found.size() ? "..." : "", expected));
}

}  // namespace flowrun
