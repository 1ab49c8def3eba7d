#include <cstdio>

#include "base/failure.hpp"
#include "base/nearest.hpp"
#include "builtins.hpp"
#include "command.hpp"
#include "expr/builtins.hpp"
#include "flow/step_options.hpp"
#include "reference.hpp"

namespace flowrun {
namespace {

/// A kind of what ships, as `flowrun list` names it.
struct Listed {
  std::string kind;
  std::vector<const Spec*> specs;
};

template <class Entry>
Listed listed(std::string kind, const std::vector<Entry>& entries) {
  Listed made{std::move(kind), {}};
  for (const Entry& entry : entries) made.specs.push_back(&entry.spec);
  return made;
}

std::vector<Listed> everything() {
  const Registry& registry = builtins();
  return {listed("sources", registry.sources), listed("operators", registry.operators), listed("sinks", registry.sinks),
          listed("codecs", registry.codecs)};
}

std::string summaries(const Listed& kind) {
  std::string text = kind.kind + ":\n";
  for (const Spec* spec : kind.specs)
    text += "  " + spec->name + std::string(spec->name.size() < 16 ? 16 - spec->name.size() : 1, ' ') + spec->summary +
            "\n";
  return text;
}

std::string markdown() {
  std::string text = "### Every step\n\n" + markdown_options(step_options()) + "\n### Every source\n\n" +
                     markdown_options(source_options()) + "\n### Every sink\n\n" + markdown_options(sink_options()) +
                     "\n";
  for (const Listed& kind : everything()) {
    std::string title = kind.kind;
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
    text += "### " + title + "\n\n";
    for (const Spec* spec : kind.specs) text += markdown_reference(*spec);
  }
  return text;
}

/// The functions of expressions, besides those that flows define, or those of a name: what each does, and an example.
std::string functions(const std::string& wanted) {
  std::string text = wanted.empty() ? "functions:\n" : "";
  std::vector<std::string> names;
  for (const expr::Builtin* each : expr::builtins()) {
    if (each->name.starts_with('_')) continue;
    names.emplace_back(each->name);
    if (!wanted.empty() && each->name != wanted) continue;
    const std::string name = std::string(each->name) + "/" + std::to_string(each->arity);
    const expr::Example example = expr::example_of(*each);
    text += "  " + name + std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') + std::string(each->meaning) +
            "\n" + std::string(24, ' ') + std::string(example.expression) + "  gives  " + std::string(example.output) +
            "\n";
  }
  if (!text.empty()) return text;
  const std::string near = did_you_mean(wanted, names);
  throw Failure(ExitCode::usage, "no \"" + wanted + "\" among the functions\nhint: " +
                                     (near.empty() ? "`flowrun list functions` lists them" : near));
}

Listed kind_named(const std::string& name) {
  std::vector<std::string> names = {"functions"};
  for (const Listed& kind : everything()) {
    if (kind.kind == name || kind.kind == name + "s") return kind;
    names.push_back(kind.kind);
  }
  const std::string near = did_you_mean(name, names);
  throw Failure(ExitCode::usage, "unknown kind \"" + name +
                                     "\": expected sources, operators, sinks, codecs or functions" +
                                     (near.empty() ? "" : "\nhint: " + near));
}

std::string reference_of(const Listed& kind, const std::string& name) {
  std::vector<std::string> names;
  for (const Spec* spec : kind.specs) {
    if (spec->name == name) return reference(*spec);
    names.push_back(spec->name);
  }
  const std::string near = did_you_mean(name, names);
  throw Failure(ExitCode::usage, "no \"" + name + "\" among the " + kind.kind + "\nhint: " +
                                     (near.empty() ? "`flowrun list " + kind.kind + "` lists them" : near));
}

int list(const Invocation& invocation) {
  std::string text;
  const std::string* const format = invocation.find("format");
  if (format != nullptr && *format == "markdown") {
    text = markdown();
  } else if (invocation.arguments.empty()) {
    for (const Listed& kind : everything()) text += (text.empty() ? "" : "\n") + summaries(kind);
  } else if (invocation.arguments[0] == "functions") {
    text = functions(invocation.arguments.size() > 1 ? invocation.arguments[1] : "");
  } else {
    const Listed kind = kind_named(invocation.arguments[0]);
    text = invocation.arguments.size() == 1 ? summaries(kind) : reference_of(kind, invocation.arguments[1]);
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Command list_command() {
  Command made;
  made.name = "list";
  made.arguments = "[KIND] [NAME]";
  made.most = 2;
  made.summary =
      "the sources, operators, sinks, codecs and functions; of one its options, outputs, guarantee and an example";
  CommandOption format;
  format.name = "format";
  format.value_name = "FORMAT";
  format.help = "the list for a terminal, or the reference of the guide";
  format.choices = {"text", "markdown"};
  format.default_text = "text";
  made.options = {format};
  made.examples = {{"flowrun list", "all, a line each"},
                   {"flowrun list sources file", "the options of the file source"}};
  made.run = list;
  return made;
}

}  // namespace flowrun
