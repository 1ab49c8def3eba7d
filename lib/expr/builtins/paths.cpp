#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// path(f): the paths of the outputs of `f`, as arrays.
class PathsOf final : public Node {
 public:
  explicit PathsOf(const Node* body) : Node(false), body_(body) {}
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return body_->each(frame, {input.value, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      return !path.is_nothing() && frame.run.step() && emit(computed(input, path));
    });
  }

 private:
  const Node* body_;
};

// getpath(p): a path itself, where paths are asked for.
class GetPath final : public Node {
 public:
  explicit GetPath(const Node* path) : Node(path->is_single()), path_(path) {}

  Value one(Frame& frame, const Value& input) const override {
    const Value path = path_->one(frame, input);
    return path.is_nothing() ? path : get(frame.run, input, path);
  }
  bool each(Frame& frame, const Item& input, Emit emit) const override {
    return path_->each(frame, {input.value, nullptr}, [&](const Item& item) {
      const Value value = get(frame.run, input.value, item.value);
      if (value.is_nothing()) return false;
      if (!input.tracked()) return emit({value, nullptr});
      if (input.path == &Path::broken) {
        frame.run.fail("Invalid path expression with result " + shortened(input.value));
        return false;
      }
      const Path* last = input.path;
      for (const Value& key : item.value.items()) last = new (frame.run.arena->allocate(sizeof(Path))) Path{last, key};
      return emit({value, last});
    });
  }

 private:
  static Value get(Evaluation& run, const Value& input, const Value& path) {
    if (path.kind() != Kind::array) return run.fail("Path must be specified as an array");
    return get_path(run, input, path.items());
  }

  const Node* path_;
};

// del(f)
class Delete final : public Node {
 public:
  explicit Delete(const Node* body) : Node(true), body_(body) {}
  Value one(Frame& frame, const Value& input) const override {
    Gathering paths(frame.run);
    const bool complete = body_->each(frame, {input, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      if (!path.is_nothing()) paths.add(path);
      return !path.is_nothing() && frame.run.step();
    });
    share(frame.run, input);
    return complete ? delete_paths(frame.run, input, paths.array()) : Value();
  }

 private:
  const Node* body_;
};

template <bool consumes>
Value set_path_of(Evaluation& run, const Value& input, const Value* arguments) {
  if (arguments[0].kind() != Kind::array) return run.fail("Path must be specified as an array");
  if (!consumes) share(run, input);
  share(run, arguments[1]);
  return set_path(run, input, arguments[0].items(), arguments[1]);
}

Value delete_paths_of(Evaluation& run, const Value& input, const Value* arguments) {
  share(run, input);
  return delete_paths(run, input, arguments[0]);
}

// pick(f): what lies at the paths of `f`, and nothing else.
class Pick final : public Node {
 public:
  explicit Pick(const Node* body) : Node(true), body_(body) {}
  Value one(Frame& frame, const Value& input) const override {
    Value picked = Value::null();
    const bool complete = body_->each(frame, {input, &Path::root}, [&](const Item& item) {
      const Value path = checked_path(frame.run, item);
      if (path.is_nothing()) return false;
      const Value value = get_path(frame.run, input, path.items());
      if (value.is_nothing()) return false;
      share(frame.run, value);
      picked = set_path(frame.run, picked, path.items(), value);
      return !picked.is_nothing();
    });
    return complete ? picked : Value();
  }

 private:
  const Node* body_;
};

}  // namespace

std::span<const Builtin> path_builtins() {
  static const Builtin table[] = {
      {.name = "path",
       .arity = 1,
       .meaning = "the paths of the outputs of `f`, as arrays of keys",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<PathsOf>(arguments[0]); }},
      {.name = "paths",
       .meaning = "the paths of all that the input holds",
       .definition = "def paths: path(..) | select(length > 0);"},
      {.name = "paths",
       .arity = 1,
       .meaning = "the paths of all that holds for `f`",
       .definition = "def paths(f): path(.. | select(f)) | select(length > 0);"},
      {.name = "getpath",
       .arity = 1,
       .meaning = "the value at a path",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<GetPath>(arguments[0]); }},
      {.name = "setpath",
       .arity = 2,
       .meaning = "the input with a value at a path",
       .function = set_path_of<false>,
       .consuming = set_path_of<true>},
      {.name = "delpaths",
       .arity = 1,
       .meaning = "the input without what lies at the paths",
       .function = delete_paths_of},
      {.name = "del",
       .arity = 1,
       .meaning = "the input without the paths of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Delete>(arguments[0]); }},
      {.name = "pick",
       .arity = 1,
       .meaning = "only what lies at the paths of `f`",
       .factory = [](auto arguments) -> NodePtr { return std::make_unique<Pick>(arguments[0]); }},
  };
  return table;
}

}  // namespace flowrun::expr
