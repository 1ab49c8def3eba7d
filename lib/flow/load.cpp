#include "flow/load.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/nearest.hpp"
#include "base/secrecy.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/links.hpp"
#include "flow/option_reader.hpp"
#include "flow/option_text.hpp"
#include "flow/secrets.hpp"
#include "flow/step_reader.hpp"
#include "flow/test_reader.hpp"
#include "flow/yaml_tree.hpp"
#include "os/file.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

// Nothing but blanks and comments.
bool is_blank(std::string_view text) {
  bool in_comment = false;
  for (const char byte : text) {
    in_comment = byte != '\n' && (in_comment || byte == '#');
    if (!in_comment && byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') return false;
  }
  return true;
}

std::string read_or_throw(const std::string& path) {
  auto bytes = read_file(path, YamlLimits::file_bytes + 1);
  if (bytes) return std::move(*bytes);
  throw Failure(ExitCode::flow_not_found, bytes.error().message);
}

// One file on its way from bytes to a plan.
class Loading {
 public:
  Loading(const std::string& path, const LoadOptions& options)
      : options_(options),
        folder_(folder_of(path)),
        diagnostics_(std::make_shared<SourceText>(path, read_or_throw(path))),
        scope_(diagnostics_) {}

  LoadedFlow run() {
    const auto tree = read_yaml(diagnostics_.source(), diagnostics_);
    if (tree) read(tree->root());
    loaded_.source = diagnostics_.source();
    loaded_.diagnostics = diagnostics_.render();
    loaded_.valid = !diagnostics_.has_errors();
    loaded_.memory = scope_.memory();
    if (loaded_.valid) loaded_.compiled = compile_flow(loaded_.flow);
    return std::move(loaded_);
  }

 private:
  void read(const YamlNode& root) {
    if (!root.is_mapping()) {
      diagnostics_.error(Code::wrong_type, root.span,
                         fmt::format("the file is {}, expected a mapping with `flow` and `stream`", describe(root)));
      return;
    }
    check_keys(root);
    read_name(root);
    define_constants(root);
    read_parameters_of(root);
    if (const YamlEntry* const functions = root.find("functions")) read_functions(*functions->value);
    if (const YamlEntry* const runtime = root.find("runtime")) read_runtime(*runtime->value);
    read_stream(root);
  }

  void check_keys(const YamlNode& root) {
    static const std::vector<std::string> known = {"flow", "doc", "params", "functions", "runtime", "stream", "tests"};
    for (const YamlEntry& entry : root.entries) {
      if (std::find(known.begin(), known.end(), entry.key->text) != known.end()) continue;
      diagnostics_.error(Code::unknown_key, entry.key->span,
                         fmt::format("a flow has no `{}`, expected {}", entry.key->text, list_of(known)),
                         did_you_mean(entry.key->text, known));
    }
  }

  void read_name(const YamlNode& root) {
    const YamlEntry* const entry = root.find("flow");
    if (entry == nullptr) {
      diagnostics_.error(Code::missing_key, root.span, "the flow has no `flow`, expected its name",
                         "write `flow: my-flow`");
      return;
    }
    const std::string& name = entry->value->text;
    const auto lower = [](char byte) { return byte >= 'a' && byte <= 'z'; };
    const auto inner = [&](char byte) {
      return lower(byte) || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-';
    };
    if (!entry->value->is_scalar() || name.empty() || !lower(name.front()) ||
        !std::all_of(name.begin(), name.end(), inner))
      diagnostics_.error(Code::bad_name, entry->value->span,
                         fmt::format("`flow` is {}, expected a small letter, then small letters, digits, `_` and `-`",
                                     describe(*entry->value)));
    loaded_.flow.name = name;
    if (const YamlEntry* const doc = root.find("doc")) read_doc(*doc->value);
  }
  void read_doc(const YamlNode& node) {
    OptionSpec spec;
    spec.name = "doc";
    const auto doc = OptionReader(scope_, *options_.registry).read_value(spec, node);
    if (doc) loaded_.flow.doc = std::get<std::string>(*doc);
  }

  void define_constants(const YamlNode& root) {
    Arena& arena = *scope_.memory();
    Member* const flow = new_members(arena, 2);
    flow[0] = {Value::text("name"), Value::text(loaded_.flow.name, arena)};
    flow[1] = {Value::text("dir"), Value::text(folder_, arena)};
    scope_.define("flow", Value::object(flow, 2), false);
    scope_.define("ENV", environment_value(options_.environment, arena), false);
    const Secrets secrets = find_secrets(options_.environment, options_.secrets_directory, wanted_secrets(root));
    for (const auto& [name, text] : secrets) hide_secret(text);
    scope_.define("secrets", secrets_value(secrets, arena), true);
    if (options_.parameters.assume_missing) scope_.assume_secrets();
  }

  // As it is, and as JSON shows it.
  static void hide_secret(const std::string& text) {
    hide(text);
    std::string json;
    write_json(Value::text(text), json);
    if (json.size() > text.size() + 2) hide(json.substr(1, json.size() - 2));
  }

  void read_parameters_of(const YamlNode& root) {
    const YamlEntry* const entry = root.find("params");
    if (entry != nullptr) parameters_ = read_parameters(*entry->value, scope_);
    loaded_.parameter_faults = define_parameters(parameters_, with_environment(parameters_), scope_);
  }

  // What the command line does not give may be in the environment, which goes before a file; a variable that names no
  // parameter is of another flow.
  GivenParameters with_environment(const std::vector<Parameter>& parameters) const {
    GivenParameters given = options_.parameters;
    for (const Parameter& parameter : parameters) {
      std::string variable = "FLOWRUN_PARAM_" + parameter.spec.name;
      std::transform(variable.begin(), variable.end(), variable.begin(),
                     [](unsigned char byte) { return static_cast<char>(std::toupper(byte)); });
      const auto found = options_.environment.find(variable);
      if (found == options_.environment.end()) continue;
      const bool is_of_file = given.places.erase(parameter.spec.name) > 0;
      if (!is_of_file && given.texts.count(parameter.spec.name) > 0) continue;
      given.texts[parameter.spec.name] = found->second;
      given.origins[parameter.spec.name] = variable;
    }
    return given;
  }

  // A single line that ends in `.jq` is a path, relative to the flow file.
  void read_functions(const YamlNode& node) {
    if (!node.is_scalar()) {
      diagnostics_.error(
          Code::wrong_type, node.span,
          fmt::format("`functions` is {}, expected jq definitions or the path of a `.jq` file", describe(node)),
          node.is_mapping() ? "write `functions: |`, and the definitions indented below it" : "");
      return;
    }
    const auto ends_in = [&](std::string_view end) {
      return node.text.size() >= end.size() && node.text.compare(node.text.size() - end.size(), end.size(), end) == 0;
    };
    if (node.text.find('\n') == std::string::npos && ends_in(".jq"))
      read_functions_file(node);
    else if (check_functions(node.text, [&](const auto& errors) { scope_.report("functions", node, 0, errors); }))
      scope_.set_functions(node.text);
  }

  void read_functions_file(const YamlNode& node) {
    const std::string path = node.text.front() == '/' ? node.text : folder_ + "/" + node.text;
    auto bytes = read_file(path, YamlLimits::file_bytes);
    if (!bytes) {
      diagnostics_.error(Code::functions_file, node.span, bytes.error().message);
      return;
    }
    const auto source = std::make_shared<SourceText>(path, *bytes);
    const std::string text(source->text());
    const bool ok = check_functions(text, [&](const std::vector<expr::CompileError>& errors) {
      for (const expr::CompileError& error : errors)
        diagnostics_.add({Severity::error,
                          error.code,
                          {error.offset, error.offset + error.length},
                          error.message,
                          error.hint,
                          source});
    });
    if (ok) scope_.set_functions(text);
  }

  // The definitions are checked once, by themselves, so that their faults are reported once, at their place.
  template <class Report>
  bool check_functions(const std::string& text, Report report) {
    expr::Environment environment = scope_.environment();
    environment.variables = {"key", "time", "meta"};
    const auto program = expr::compile(text + "\n.", environment);
    if (program) return true;
    report(program.error());
    scope_.poison_functions();
    return false;
  }

  void read_runtime(const YamlNode& node) {
    OptionReader reader(scope_, *options_.registry);
    if (!node.is_mapping()) {
      diagnostics_.error(Code::wrong_type, node.span,
                         fmt::format("`runtime` is {}, expected a mapping of options", describe(node)));
      return;
    }
    if (const auto runtime = reader.read(options_.run_options, node, "the options of `runtime`"))
      loaded_.runtime = *runtime;
  }

  void read_stream(const YamlNode& root) {
    const YamlEntry* const stream = root.find("stream");
    if (stream == nullptr) {
      diagnostics_.error(Code::missing_key, root.span, "the flow has no `stream`, expected a list of steps");
      return;
    }
    if (!stream->value->is_sequence() || stream->value->items.empty()) {
      diagnostics_.error(Code::wrong_type, stream->value->span,
                         fmt::format("`stream` is {}, expected a list of steps", describe(*stream->value)),
                         "write `stream:` and below it `  - source: stdin`");
      return;
    }
    std::vector<StepDraft> drafts = read_steps(*stream->value, scope_, *options_.registry);
    const TestNames names(drafts, diagnostics_);
    auto steps = link_steps(std::move(drafts), *stream->value, diagnostics_);
    if (steps) loaded_.flow.steps = std::move(*steps);
    if (const YamlEntry* const tests = root.find("tests"))
      loaded_.tests = read_tests(*tests->value, names, parameters_, scope_, *options_.registry);
  }

  const LoadOptions& options_;
  std::string folder_;
  Diagnostics diagnostics_;
  Scope scope_;
  std::vector<Parameter> parameters_;
  LoadedFlow loaded_;
};

}  // namespace

LoadedFlow load_flow(const std::string& path, const LoadOptions& options) { return Loading(path, options).run(); }

void read_parameters_file(const std::string& path, GivenParameters& given) {
  Diagnostics diagnostics(std::make_shared<SourceText>(path, read_or_throw(path)));
  if (is_blank(diagnostics.source()->text())) return;  // no parameters
  const auto tree = read_yaml(diagnostics.source(), diagnostics);
  if (tree && !tree->root().is_mapping())
    diagnostics.error(
        Code::wrong_type, tree->root().span,
        fmt::format("the parameters are {}, expected a mapping of names to values", describe(tree->root())),
        "write `name: value`");
  if (diagnostics.has_errors()) {
    std::string faults = diagnostics.render();
    faults.pop_back();  // the last newline
    throw Failure(ExitCode::usage, faults);
  }
  Arena arena;
  for (const YamlEntry& entry : tree->root().entries) {
    const std::string& name = entry.key->text;
    const TextPosition position = diagnostics.source()->position(entry.value->span.begin);
    if (!given.texts.emplace(name, text_of(yaml_value(*entry.value, arena))).second) continue;
    given.origins.emplace(name, name);
    given.places.emplace(name, fmt::format("{}:{}:{}", path, position.line, position.column));
  }
}

}  // namespace flowrun
