#include "help.hpp"

#include <algorithm>
#include <cstdio>

#include "base/failure.hpp"
#include "base/nearest.hpp"

namespace flowrun {
namespace {

struct ExitMeaning {
  const char* code;
  const char* meaning;
};
constexpr ExitMeaning exit_meanings[] = {
    {"0", "the input ended, or the job was stopped by a signal"},
    {"1", "internal error"},
    {"2", "wrong usage"},
    {"3", "flow not found or unreadable"},
    {"4", "invalid flow"},
    {"5", "plugin cannot be loaded"},
    {"6", "a source or sink cannot be opened at start"},
    {"7", "running failed; starting again may help (disk full, file vanished, state beyond --max-state)"},
    {"8", "finished, with rejects or late records under --fail-on-..."},
    {"9", "the drain deadline passed"},
    {"12", "stopped by a rejected record"},
    {"13", "tests failed"},
    {"128+n", "killed by a second signal"},
};

/// `text` beside `left`, wrapped at 100 columns.
std::string row(const std::string& left, const std::string& text, std::size_t width) {
  std::string line = "  " + left;
  line.append(left.size() < width ? width - left.size() : 1, ' ');
  std::size_t column = line.size();
  const std::size_t indent = width + 2;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (column + (end - begin) > 100 && column > indent) {
      line.erase(line.find_last_not_of(' ') + 1);
      line += "\n" + std::string(indent, ' ');
      column = indent;
    }
    line += text.substr(begin, end - begin) + " ";
    column += end - begin + 1;
    begin = end + 1;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string shown_name(const CommandOption& option) {
  std::string shown = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
  shown += "--" + option.name;
  if (!option.value_name.empty()) shown += " " + option.value_name;
  return shown;
}

std::string shown_help(const CommandOption& option) {
  std::string shown = option.help;
  if (!option.choices.empty()) {
    shown += ":";
    for (const std::string& choice : option.choices) shown += (choice == option.choices.front() ? " " : ", ") + choice;
  }
  std::string facts;
  if (!option.default_text.empty() && !option.is_flag()) facts = "default " + option.default_text;
  if (!option.variable.empty()) facts += (facts.empty() ? "" : ", ") + option.variable;
  return facts.empty() ? shown : shown + " [" + facts + "]";
}

std::string option_rows(const Command& command) {
  std::string text;
  std::string group;
  for (const CommandOption& option : command.options) {
    if (option.hidden) continue;
    if (option.group != group) text += "\n" + (group = option.group) + ":\n";
    text += row(shown_name(option), shown_help(option), 32);
  }
  return text;
}

std::string example_rows(const Command& command) {
  if (command.examples.empty()) return "";
  std::string text = "\nExamples:\n";
  for (const auto& [typed, effect] : command.examples) text += "  " + typed + "\n      " + effect + "\n";
  return text;
}

std::string exit_code_rows() {
  std::string text = "\nExit codes:\n";
  for (const ExitMeaning& each : exit_meanings) text += row(each.code, each.meaning, 7);
  return text;
}

int help(const Invocation& invocation) {
  std::string page = help_page();
  if (!invocation.arguments.empty()) {
    const Command* const known = command(invocation.arguments.front());
    if (known == nullptr) {
      std::vector<std::string> names;
      for (const Command& each : commands()) names.push_back(each.name);
      const std::string near = did_you_mean(invocation.arguments.front(), names);
      throw Failure(ExitCode::usage, "unknown command \"" + invocation.arguments.front() + "\"" +
                                         (near.empty() ? "" : ": " + near) +
                                         "\nhint: `flowrun help` lists the commands");
    }
    page = help_page(*known);
  }
  std::fputs(page.c_str(), stdout);
  return 0;
}

}  // namespace

std::string help_page() {
  std::string text =
      "flowrun runs dataflows: YAML files of sources, steps and sinks.\n\n"
      "usage: flowrun FLOW [options]\n"
      "       flowrun COMMAND [arguments]\n\n"
      "Commands:\n";
  for (const Command& each : commands())
    text += row(each.name + (each.arguments.empty() ? "" : " " + each.arguments), each.summary, 24);
  if (const Command* const run = command("run")) text += option_rows(*run) + example_rows(*run);
  return text + exit_code_rows() + "\n`flowrun help COMMAND` shows the options of a command.\n";
}

std::string help_page(const Command& command) {
  std::string text = "usage: flowrun " + command.name;
  if (!command.arguments.empty()) text += " " + command.arguments;
  if (!command.options.empty()) text += " [options]";
  text += "\n\n" + command.summary + "\n" + option_rows(command) + example_rows(command);
  return command.name == "run" ? text + exit_code_rows() : text;
}

Command help_command() {
  Command made;
  made.name = "help";
  made.arguments = "[COMMAND]";
  made.most = 1;
  made.summary = "this page, or that of a command";
  made.run = help;
  return made;
}

}  // namespace flowrun
