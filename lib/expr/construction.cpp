#include <algorithm>
#include <fmt/format.h>

#include "expr/formats.hpp"
#include "expr/nodes.hpp"
#include "expr/operations.hpp"
#include "record/member_index.hpp"

namespace flowrun::expr {
namespace {

class Literal final : public Node {
 public:
  explicit Literal(const Value& value) : Node(true), value_(value) { set_quick(true); }
  Value one(Frame&, const Value&) const override { return value_; }
  const Value& see(Frame&, const Value&, Value&) const override { return value_; }
  Value quick(const Value&) const override { return flat(value_); }
  const Value* constant() const override { return &value_; }

 private:
  Value value_;
};

class Array final : public Node {
 public:
  explicit Array(const Node* items) : Node(true), items_(items) {}
  Value one(Frame& frame, const Value& input) const override {
    Gathering gathered(frame.run);
    const bool complete = items_->each(frame, {input, nullptr}, [&](const Item& item) {
      share(frame.run, item.value);
      gathered.add(item.value);
      return frame.run.step();
    });
    return complete ? gathered.array() : Value();
  }

 private:
  const Node* items_;
};

using Entries = std::vector<std::pair<const Node*, const Node*>>;

Value bad_key(Evaluation& run, const Value& key) {
  return run.fail(fmt::format("Cannot use {} ({}) as object key", kind_name(key), shortened(key)));
}

bool all_single(const Entries& entries) {
  return std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.first->is_single() && (entry.second == nullptr || entry.second->is_single());
  });
}

// Looks for fields of one record. They are mostly asked for in the order in which they stand there.
class FieldSearch {
 public:
  explicit FieldSearch(const Value& record)
      : record_(record), next_(record.members().data()), end_(next_ + record.size()) {}

  const Value& find_or_null(const Value& name) {
    for (const Member* member = next_; member != end_; ++member)
      if (member->key.same_bits(name)) {
        next_ = member + 1;
        return member->value;
      }
    return searched_anew(record_, name);
  }

 private:
  [[gnu::noinline]] static const Value& searched_anew(const Value& record, const Value& name) {
    return searched_member_or_null(record, name);
  }

  const Value& record_;
  const Member* next_;  // behind the one that was found last
  const Member* end_;
};

// Constant keys, each once, and one value each: the shape of a record is known.
class Shape final : public Node, public QuickRecord {
 public:
  explicit Shape(const Entries& entries) : Node(true), size_(entries.size()) {
    is_quick_ = size_ <= most_unindexed;
    for (const auto& [key, value] : entries) {
      const Value* const field = value->field() != nullptr ? value->field() : value->operand_field();
      entries_.push_back({*key->constant(), Operand(value)});
      parts_.push_back(
          {*key->constant(), field != nullptr ? *field : Value(), value->field() == nullptr ? value : nullptr});
      is_quick_ = is_quick_ && value->is_quick();
    }
  }
  const QuickRecord* quick_record() const override { return is_quick_ ? this : nullptr; }
  // Of values that no expression has made, so that nobody need look how deep they are.
  Value make(const Value& input, Arena& arena) const override {
    if (input.kind() != Kind::object || input.size() > most_searched) return {};
    Member* member = new_members(arena, size_);
    FieldSearch fields(input);
    for (const Part& part : parts_) {
      member->key = part.key;
      const Value& value = *new (&member->value) Value(part_of(input, part, fields));
      if (value.is_nothing() || nesting_of(value) > 0) [[unlikely]]
        return {};
      ++member;
    }
    return Value::object(member - size_, size_).with_nesting(1);
  }
  Value one(Frame& frame, const Value& input) const override {
    Evaluation& run = frame.run;
    Member* const members = new_members(*run.arena, entries_.size());
    Member* member = members;
    std::size_t deepest = 0;
    for (const Entry& entry : entries_) {
      member->key = entry.key;
      // Made in its place: a value that comes in two registers and goes through the stack is waited for when it is copied whole.
      const Value& value = *new (&member->value) Value(entry.value.one(frame, input));
      if (value.is_nothing()) return {};
      if (value.kind() >= Kind::array) deepest = std::max(deepest, shared_depth(run, value));
      ++member;
    }
    const Value whole = Value::object(members, entries_.size());
    return run.nested(entries_.size() <= most_unindexed ? whole : indexed(run, whole), deepest);
  }

 private:
  struct Entry {
    Value key;
    Operand value;
  };
  struct Part {
    Value key;
    Value field;       // the name of the one that it is made of; nothing: of the record
    const Node* node;  // null: it is the field
  };
  static Value part_of(const Value& record, const Part& part, FieldSearch& fields) {
    if (part.field.is_nothing()) return part.node->quick(record);
    const Value& field = fields.find_or_null(part.field);
    return part.node != nullptr ? part.node->quick_of(field) : field;
  }
  static std::size_t shared_depth(Evaluation& run, const Value& container) {
    if (run.owner != 0) share(run, container);
    return container.nesting();
  }
  [[gnu::noinline]] static Value indexed(Evaluation& run, Value whole) {
    index_members(whole, *run.arena);
    return whole;
  }

  std::vector<Entry> entries_;
  std::vector<Part> parts_;  // the same, of a quick record
  std::size_t size_;
  bool is_quick_ = false;
};

bool is_shape(const Entries& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Value* const key = entries[i].first->constant();
    if (key == nullptr || !key->is_text() || entries[i].second == nullptr) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (entries[j].first->constant()->as_text() == key->as_text()) return false;
  }
  return all_single(entries);
}

// The general form: any keys, and every combination of their outputs; the first entry varies slowest.
class Object final : public Node {
 public:
  explicit Object(Entries entries) : Node(all_single(entries)), entries_(std::move(entries)) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return add_entry(frame, input, 0, Value::object(nullptr, 0), emit);
  }

 private:
  bool add_entry(Frame& frame, const Item& input, std::size_t number, const Value& whole, Emit emit) const {
    if (number == entries_.size()) return emit(computed(input, whole));
    if (!frame.run.step()) return false;
    const Node* const key_node = entries_[number].first;
    const Node* const value_node = entries_[number].second;
    const Item plain{input.value, nullptr};
    return key_node->each(frame, plain, [&](const Item& key) {
      if (!key.value.is_text()) {
        bad_key(frame.run, key.value);
        return false;
      }
      const auto add_value = [&](const Item& item) {
        if (!is_single()) share(frame.run, whole);  // other values of this entry start from it too
        const Value next = set_member(frame.run, whole, key.value, item.value);
        return !next.is_nothing() && add_entry(frame, input, number + 1, next, emit);
      };
      if (value_node != nullptr) return value_node->each(frame, plain, add_value);
      const Value value = index(frame.run, input.value, key.value);
      return !value.is_nothing() && add_value({value, nullptr});
    });
  }

  Entries entries_;
};

// Pieces of text between formatted outputs; the last expression varies slowest.
class Text final : public Node {
 public:
  Text(Format format, std::vector<const Node*> parts)
      : Node(std::all_of(parts.begin(), parts.end(), [](const Node* part) { return part->is_single(); })),
        format_(format),
        parts_(std::move(parts)) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return prepend(frame, input, parts_.size(), Value::text(""), emit);
  }

  Value one(Frame& frame, const Value& input) const override {
    if (parts_.size() <= few) {
      Value pieces[few];
      return join(frame, input, pieces);
    }
    Gathering pieces(frame.run);
    for (std::size_t i = 0; i < parts_.size(); ++i) pieces.add({});
    return join(frame, input, pieces.values().data());
  }

 private:
  static constexpr std::size_t few = 8;

  // `pieces` is room for all of them.
  Value join(Frame& frame, const Value& input, Value* pieces) const {
    std::size_t size = 0;
    for (std::size_t i = parts_.size(); i-- > 0;) {
      Value room;
      const Value& value = parts_[i]->see(frame, input, room);
      new (pieces + i)
          Value(value.is_text() && (i % 2 == 0 || format_ == Format::text) ? value : piece(frame, i, value));
      if (pieces[i].is_nothing()) return {};
      size += pieces[i].as_text().size();
    }
    if (!frame.run.has_room(size)) return {};
    char* const start = size > Value::most_inline ? static_cast<char*>(frame.run.arena->allocate(size)) : nullptr;
    char shorter[Value::most_inline] = {};
    char* next = start != nullptr ? start : shorter;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      next = std::copy_n(pieces[i].as_text().data(), pieces[i].as_text().size(), next);
    return Value::text(std::string_view(start != nullptr ? start : shorter, size));
  }

  Value piece(Frame& frame, std::size_t number, const Value& value) const {
    if (value.is_nothing() || number % 2 == 0) return value;
    return format_value(frame.run, format_, value);
  }

  bool prepend(Frame& frame, const Item& input, std::size_t count, const Value& tail, Emit emit) const {
    if (count == 0) return emit(computed(input, tail));
    if (!frame.run.step()) return false;
    return parts_[count - 1]->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const Value head = piece(frame, count - 1, item.value);
      if (head.is_nothing()) return false;
      const Value joined = join_texts(frame.run, head.as_text(), tail.as_text());
      return !joined.is_nothing() && prepend(frame, input, count - 1, joined, emit);
    });
  }

  Format format_;
  std::vector<const Node*> parts_;
};

class Formatted final : public Node {
 public:
  explicit Formatted(Format format) : Node(true), format_(format) {}
  Value one(Frame& frame, const Value& input) const override { return format_value(frame.run, format_, input); }

 private:
  Format format_;
};

}  // namespace

NodePtr make_literal(const Value& value) { return std::make_unique<Literal>(value); }
NodePtr make_array(const Node* items) { return std::make_unique<Array>(items); }

NodePtr make_object(Entries entries) {
  if (is_shape(entries)) return std::make_unique<Shape>(entries);
  return std::make_unique<Object>(std::move(entries));
}

NodePtr make_text(const std::string& format, std::vector<const Node*> parts) {
  const auto found = find_format(format.empty() ? "@text" : format);
  return found ? std::make_unique<Text>(*found, std::move(parts)) : nullptr;
}

NodePtr make_format(const std::string& format) {
  const auto found = find_format(format);
  return found ? std::make_unique<Formatted>(*found) : nullptr;
}

}  // namespace flowrun::expr
