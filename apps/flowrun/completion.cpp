#include <cstdio>
#include <string>
#include <string_view>

#include "base/failure.hpp"
#include "command.hpp"

namespace flowrun {
namespace {

std::string words(const Command& command) {
  std::string text;
  for (const CommandOption& option : command.options)
    if (!option.hidden) text += "--" + option.name + " ";
  return text + "--help";
}

std::string names() {
  std::string text;
  for (const Command& each : commands()) text += (text.empty() ? "" : " ") + each.name;
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

/// What stands for a value that is one of several, else nothing.
std::string bash_choices(const std::string& command, const CommandOption& option) {
  if (option.choices.empty()) return {};
  return "    " + command + ":--" + option.name + ") words='" + joined(option.choices) + "' ;;\n";
}

std::string bash() {
  std::string text =
      "# bash completion of flowrun: source <(flowrun completion bash)\n"
      "_flowrun() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
      "  local words=\n"
      "  case $command:$previous in\n";
  for (const Command& each : commands())
    for (const CommandOption& option : each.options)
      if (each.name != "run") text += bash_choices(each.name, option);
  for (const CommandOption& option : command("run")->options) text += bash_choices("*", option);
  text +=
      "    list:list) words='sources operators sinks codecs functions' ;;\n"
      "    completion:completion) words='bash zsh fish' ;;\n"
      "    state:state) words='ls show verify backup' ;;\n"
      "    help:help) words='" +
      names() +
      "' ;;\n"
      "  esac\n"
      "  if [ \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\")); return; fi\n"
      "  [ \"$COMP_CWORD\" = 1 ] && words='" +
      names() +
      "'\n"
      "  if [[ $current == -* ]]; then case $command in\n";
  for (const Command& each : commands())
    if (each.name != "run") text += "    " + each.name + ") words='" + words(each) + "' ;;\n";
  return text + "    *) words='" + words(*command("run")) +
         "' ;;\n"
         "  esac; fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -X '!*.y*ml' -- \"$current\") $(compgen "
         "-d -- \"$current\"))\n"
         "}\n"
         "complete -o filenames -F _flowrun flowrun\n";
}

/// `text` between single quotes, with a backslash before each of `special`.
std::string quoted(const std::string& text, std::string_view special) {
  std::string out;
  for (const char byte : text) {
    if (special.find(byte) != special.npos) out += '\\';
    out += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  }
  return out;
}

bool takes_path(const CommandOption& option) { return option.value_name == "FILE" || option.value_name == "DIR"; }

std::string zsh_option(const CommandOption& option) {
  const std::string name = "--" + option.name;
  std::string described = "[" + quoted(option.help, "[]:") + "]";
  if (!option.is_flag())
    described += ":" + option.value_name + ":" + (takes_path(option) ? "_files" : "(" + joined(option.choices) + ")");
  const std::string many = option.repeatable ? "*" : "";
  if (option.letter == 0) return "'" + many + name + described + "'";
  const std::string letter = std::string("-") + option.letter;
  return (many.empty() ? "'(" + letter + " " + name + ")'" : "'*'") + "{" + letter + "," + name + "}'" + described +
         "'";
}

std::string zsh_case(const std::string& pattern, const Command& command) {
  std::string text = "    " + pattern + ") _arguments -S";
  for (const CommandOption& option : command.options)
    if (!option.hidden) text += " \\\n      " + zsh_option(option);
  return text + " '*:file:_files' ;;\n";
}

std::string zsh() {
  std::string text =
      "#compdef flowrun\n"
      "# zsh completion of flowrun: flowrun completion zsh > a folder of $fpath, as _flowrun\n"
      "_flowrun() {\n"
      "  local -a names=(\n";
  for (const Command& each : commands()) text += "    '" + each.name + ":" + quoted(each.summary, ":") + "'\n";
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then _describe command names; _files -g '*.(yaml|yml)'; return; fi\n"
      "  case $words[2] in\n";
  for (const Command& each : commands())
    if (each.name != "run") text += zsh_case(each.name, each);
  text += zsh_case("run|*", *command("run"));
  return text + "  esac\n}\n_flowrun \"$@\"\n";
}

std::string fish() {
  std::string others;  // a flow stands where no other command does
  for (const Command& each : commands())
    if (each.name != "run") others += " " + each.name;
  std::string text =
      "# fish completion of flowrun: flowrun completion fish > ~/.config/fish/completions/flowrun.fish\n";
  for (const Command& each : commands())
    text +=
        "complete -c flowrun -n __fish_use_subcommand -a " + each.name + " -d '" + quoted(each.summary, "\\") + "'\n";
  for (const Command& each : commands()) {
    const std::string where =
        each.name == "run" ? "not __fish_seen_subcommand_from" + others : "__fish_seen_subcommand_from " + each.name;
    for (const CommandOption& option : each.options) {
      if (option.hidden) continue;
      text += "complete -c flowrun -n '" + where + "' -l " + option.name;
      if (option.letter != 0) text += std::string(" -s ") + option.letter;
      if (!option.is_flag()) text += takes_path(option) ? " -r -F" : " -x";
      if (!option.choices.empty()) text += " -a '" + joined(option.choices) + "'";
      text += " -d '" + quoted(option.help, "\\") + "'\n";
    }
  }
  return text;
}

}  // namespace

Command completion_command() {
  Command made;
  made.name = "completion";
  made.arguments = "bash|zsh|fish";
  made.fewest = made.most = 1;
  made.summary = "completion for a shell";
  made.examples = {{"source <(flowrun completion bash)", "completes in this shell"}};
  made.run = [](const Invocation& invocation) {
    const std::string& shell = invocation.arguments.front();
    if (shell != "bash" && shell != "zsh" && shell != "fish")
      throw Failure(ExitCode::usage, "no completion for \"" + shell + "\": expected bash, zsh or fish");
    std::fputs((shell == "bash" ? bash() : shell == "zsh" ? zsh() : fish()).c_str(), stdout);
    return 0;
  };
  return made;
}

}  // namespace flowrun
