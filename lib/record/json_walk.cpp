#include "record/json_walk.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "record/json_scalar.hpp"
#include "record/member_index.hpp"
#include "record/utf8.hpp"

namespace flowrun {
namespace {

const Projection everything = Projection::everything();

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

const Projection* projection_of(const Projection& object, std::string_view key) {
  if (object.whole) return &everything;
  for (const Projection::Field& field : object.fields)
    if (field.name == key) return &field.projection;
  return nullptr;
}

std::uint64_t few_bits_of(const Value& key) {
  std::uint64_t words[2];
  std::memcpy(words, static_cast<const void*>(&key), sizeof words);
  if (!key.is_inline()) std::memcpy(&words[1], key.as_text().data(), sizeof words[1]);
  return ((words[0] ^ words[1]) * 0x9E3779B97F4A7C15u) >> 58;
}

// Whether there are surely no two equal keys among a few members.
bool surely_distinct(const Member* members, std::size_t size) {
  std::uint64_t seen = 0;
  for (std::size_t position = 0; position < size; ++position) {
    const std::uint64_t bit = std::uint64_t{1} << few_bits_of(members[position].key);
    if ((seen & bit) != 0) return false;
    seen |= bit;
  }
  return true;
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

bool JsonWalk::run(std::string_view text, const StructuralIndex& index, const Projection& projection, Arena& arena) {
  text_ = text.data();
  next_ = index.positions();
  end_ = next_ + index.size();
  arena_ = &arena;
  frames_.clear();
  values_.clear();
  // With a closing bracket at the end no value, key or colon is ever looked for behind it: only `close` has to look.
  const char last = text_[end_[-1]];
  if (at_container() && last != '}' && last != ']') return fail_open_end();
  if (!value(&projection)) return false;
  while (!frames_.empty())
    if (!(frames_.back().is_object ? members() : items())) return false;
  return next_ == end_ || fail("something follows the value");
}

// All bytes up to the next position, without the white space between.
std::string_view JsonWalk::token() const {
  const char* const start = text_ + next_[0];
  const char* stop = text_ + next_[1];
  while (is_space(stop[-1])) --stop;
  return {start, static_cast<std::size_t>(stop - start)};
}

// What stands between the quotes. The string is closed, and what follows its closing quote at once has a position.
std::string_view JsonWalk::string_token() const {
  const std::string_view quoted = token();
  return quoted.substr(1, quoted.size() - 2);
}

bool JsonWalk::value(const Projection* keep) { return at_container() ? open(keep) : scalar(keep != nullptr); }

bool JsonWalk::scalar(bool keep) {
  switch (character()) {
    case '"':
      return string(keep);
    case 't':
      return atom("true", Value::boolean(true), keep);
    case 'f':
      return atom("false", Value::boolean(false), keep);
    case 'n':
      return atom("null", Value::null(), keep);
    default:
      return number(keep);
  }
}

bool JsonWalk::atom(std::string_view name, const Value& value, bool keep) {
  if (token() != name) return fail_expecting("a value");
  if (keep) values_.push_back(value);
  ++next_;
  return true;
}

bool JsonWalk::number(bool keep) {
  const std::string_view digits = token();
  if (keep) {
    const Value number = number_of(digits);
    if (number.is_nothing()) return fail_expecting("a value");
    values_.push_back(number);
  } else if (!is_number(digits)) {
    return fail_expecting("a value");
  }
  ++next_;
  return true;
}

bool JsonWalk::string(bool keep) {
  Value text;
  if (keep) {
    if (!key(text)) return false;
    values_.push_back(text);
    return true;
  }
  const std::string_view raw = string_token();
  if (has_backslash(raw.data(), raw.size())) {
    const Unescaped checked = unescape(raw, nullptr);
    if (checked.fault != nullptr) return fail_at(*next_ + 1 + checked.fault_offset, checked.fault);
  }
  ++next_;
  return true;
}

bool JsonWalk::key(Value& name) {
  const std::string_view raw = string_token();
  if (!has_backslash(raw.data(), raw.size())) {
    name = Value::padded_text(raw.data(), raw.size());
  } else {
    const Arena::Mark mark = arena_->mark();
    char* const characters = static_cast<char*>(arena_->allocate(raw.size()));
    const Unescaped text = unescape(raw, characters);
    if (text.fault != nullptr) return fail_at(*next_ + 1 + text.fault_offset, text.fault);
    name = Value::text({characters, text.size});
    if (name.is_inline()) arena_->rewind(mark);
  }
  ++next_;
  return true;
}

bool JsonWalk::open(const Projection* keep) {
  const bool is_object = character() == '{';
  if (frames_.size() == JsonReader::most_nesting)
    return fail(fmt::format("values are nested more than {} deep", JsonReader::most_nesting));
  // A projection restricts objects; an array is read whole.
  frames_.push_back({is_object || keep == nullptr ? keep : &everything, values_.size(), is_object});
  ++next_;
  return character() == frames_.back().closing_bracket() ? close() : true;
}

// Reads items of the innermost container, an array, until it is closed or another container is opened in it.
bool JsonWalk::items() {
  const Projection* const keep = frames_.back().keep;
  while (true) {
    if (at_container()) return open(keep);
    if (!scalar(keep != nullptr)) return false;
    if (character() != ',') return close();
    ++next_;
  }
}

// The same in an object.
bool JsonWalk::members() {
  const Projection* const object = frames_.back().keep;
  while (true) {
    const Projection* keep = nullptr;
    if (character() != '"') return fail_expecting("a key in quotes");
    if (!(object != nullptr ? member(*object, keep) : string(false))) return false;
    if (character() != ':') return fail_expecting("`:` behind a key");
    ++next_;
    if (at_container()) return open(keep);
    if (!scalar(keep != nullptr)) return false;
    if (character() != ',') return close();
    ++next_;
  }
}

// The key of an object of which something is read: kept if its value is.
bool JsonWalk::member(const Projection& object, const Projection*& keep) {
  Value name;
  if (!key(name)) return false;
  keep = projection_of(object, name.as_text());
  if (keep != nullptr) values_.push_back(name);
  return true;
}

// Closes the innermost container and those around it that end here too, up to where another item or member follows.
bool JsonWalk::close() {
  while (true) {
    const Frame& frame = frames_.back();
    if (character() != frame.closing_bracket())
      return fail_expecting(frame.is_object ? "`,` or `}` behind a member" : "`,` or `]` behind an item");
    ++next_;
    finish(frame);
    frames_.pop_back();
    if (frames_.empty()) return true;
    if (next_ == end_)
      return fail_at(*next_, fmt::format("the text ends before `{}` is closed", frames_.back().opening_bracket()));
    if (character() == ',') {
      ++next_;
      return true;
    }
  }
}

// The values of a container that has ended become one value.
void JsonWalk::finish(const Frame& frame) {
  if (frame.keep == nullptr) return;
  Value finished;
  if (frame.is_object) {
    finished = object_from(frame.start);
  } else {
    const std::size_t size = values_.size() - frame.start;
    Value* const items = new_items(*arena_, size);
    std::copy_n(values_.data() + frame.start, size, items);
    finished = Value::array(items, size);
  }
  values_.resize(frame.start);
  values_.push_back(finished);
}

Value JsonWalk::object_from(std::size_t start) {
  std::size_t size = (values_.size() - start) / 2;
  Member* const members = new_members(*arena_, size);
  if (size > 0)
    std::memcpy(static_cast<void*>(members), static_cast<const void*>(values_.data() + start), size * sizeof(Member));
  MemberIndex* index = nullptr;
  if (size > most_unindexed)
    size = index_without_duplicates(members, size, *arena_, index);
  else if (!surely_distinct(members, size))
    size = without_duplicates(members, size);
  const Value object = Value::object(members, size);
  object.header().index = size > most_unindexed ? index : nullptr;
  return object;
}

bool JsonWalk::fail(std::string message) { return fail_at(*next_, std::move(message)); }

bool JsonWalk::fail_at(std::size_t offset, std::string message) {
  fault_ = {std::move(message), offset};
  return false;
}

// The text begins with a bracket and does not end with one: the value is not closed, or something stands behind it.
bool JsonWalk::fail_open_end() {
  const char opening = character();
  std::size_t depth = 0;
  for (; next_ != end_; ++next_) {
    if (at_container()) ++depth;
    if ((character() == '}' || character() == ']') && --depth == 0) {
      ++next_;
      return fail("something follows the value");
    }
  }
  return fail(fmt::format("the text ends before `{}` is closed", opening));
}

bool JsonWalk::fail_expecting(std::string_view expected) {
  constexpr std::size_t most_shown = 20;
  const std::string_view found = token();
  std::size_t size = std::min(found.size(), most_shown);
  while (size < found.size() && is_utf8_continuation(found[size])) --size;
  return fail(
      fmt::format("found `{}{}`, expected {}", found.substr(0, size), size < found.size() ? "..." : "", expected));
}

}  // namespace flowrun
