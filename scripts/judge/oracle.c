// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * What the kernel's own Kconfig code says of one symbol, for many .config files in one process.
 *
 * It is linked with the objects of a tree's scripts/kconfig, conf.c among them (its main is called conf_main here), so
 * that every value comes from upstream's code: this file reads properties, and computes nothing itself. Three of their
 * functions are wrapped by the linker (-Wl,--wrap):
 *
 *   menu_add_dep  notes each `depends on` with its file and line, before Kconfig folds them into one expression
 *   popen         notes each command of the preprocessor with its answer; with -a, answers as a .config recorded
 *   conf_parse    does nothing in a child that runs conf_main: Kconfig is read once, by the parent
 *
 * usage: oracle [-a RECORDED.config] [-l LOG] [-s SYMBOL] Kconfig <commands
 *
 * A command is a line of fields, with tabs between them; each is answered by one line of JSON on stdout:
 *
 *   judge FILE [NAME...]           SYMBOL, its clauses, what selects HAVE_RUST, under FILE as conf reads it; and NAMEs
 *   run OUT SEED ALLCONFIG ARG...  conf ARG... Kconfig, with KCONFIG_CONFIG=OUT; SEED and ALLCONFIG may be empty
 *   closure DEPTH                  the symbols that SYMBOL rests on, this many steps deep
 *   value FILE NAME...             values and visibility of these symbols under FILE
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <list.h>

#include "internal.h"
#include "lkc.h"

int conf_main(int argc, char **argv);
void __real_conf_parse(const char *name);
FILE *__real_popen(const char *command, const char *mode);
int __real_pclose(FILE *stream);

#define MOST_CLAUSES 64
#define MOST_FIELDS 256

/* One `depends on` line of the judged symbol. */
struct clause {
	struct expr *expr, *cond;
	const char *filename;
	int lineno;
};

static const char *wanted = "RUST";
static struct clause clauses[MOST_CLAUSES];
static int clauses_count;
static FILE *log_file;
static FILE *played; /* the stream that stands for a command which was not run */
static char *recorded; /* the .config whose answers are played */
static bool parsed;
static FILE *out; /* stdout, apart from what Kconfig's own code prints there */

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void put_string(const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_pair(const char *key, const char *text)
{
	put_string(key);
	fputc(':', out);
	put_string(text);
}

static const char *word(tristate value)
{
	return value == yes ? "y" : value == mod ? "m" : "n";
}

static void grow(void *data, struct symbol *sym, const char *text)
{
	(void)sym;
	str_append(data, text);
}

static void put_expr(const char *key, const struct expr *e)
{
	struct gstr text = str_new();

	if (e)
		expr_print(e, grow, &text, E_NONE);
	put_pair(key, e ? str_get(&text) : "y");
	str_free(&text);
}

/* The values of every symbol that an expression names. */
static void put_values(const struct expr *e, bool *first)
{
	struct symbol *sides[2] = { NULL, NULL };

	if (!e)
		return;
	switch (e->type) {
	case E_AND:
	case E_OR:
		put_values(e->left.expr, first);
		put_values(e->right.expr, first);
		return;
	case E_NOT:
		put_values(e->left.expr, first);
		return;
	case E_SYMBOL:
		sides[0] = e->left.sym;
		break;
	default:
		sides[0] = e->left.sym;
		sides[1] = e->right.sym;
	}
	for (int i = 0; i < 2; i++) {
		struct symbol *sym = sides[i];

		/* A number is a symbol that nothing defines, and so is a name that another port has: that one is n. */
		if (!sym || !sym->name || sym->flags & SYMBOL_CONST)
			continue;
		if (sym->type == S_UNKNOWN && isdigit((unsigned char)sym->name[0]) && sym->name[strcspn(sym->name, "GHIJKLMNOPQRSTUVWYZ_")] == 0)
			continue;
		sym_calc_value(sym);
		if (!*first)
			fputc(',', out);
		*first = false;
		put_pair(sym->name, sym_get_string_value(sym));
	}
}

static void put_place(const char *filename, int lineno)
{
	char place[4096];

	snprintf(place, sizeof(place), "%s:%d", filename ? filename : "?", lineno);
	put_pair("line", place);
}

/* --- what is wrapped ---------------------------------------------------------------------------------------------- */

static void note(struct expr *dep, struct expr *cond)
{
	struct symbol *sym = current_entry->sym;

	if (!sym || !sym->name || strcmp(sym->name, wanted))
		return;
	if (clauses_count == MOST_CLAUSES) {
		fprintf(stderr, "oracle: more than %d clauses\n", MOST_CLAUSES);
		exit(3);
	}
	clauses[clauses_count++] = (struct clause){ dep, cond, cur_filename, cur_lineno };
}

#ifdef DEP_HAS_CONDITION
void __real_menu_add_dep(struct expr *dep, struct expr *cond);
void __wrap_menu_add_dep(struct expr *dep, struct expr *cond);
void __wrap_menu_add_dep(struct expr *dep, struct expr *cond)
{
	note(dep, cond);
	__real_menu_add_dep(dep, cond);
}
#else
void __real_menu_add_dep(struct expr *dep);
void __wrap_menu_add_dep(struct expr *dep);
void __wrap_menu_add_dep(struct expr *dep)
{
	note(dep, NULL);
	__real_menu_add_dep(dep);
}
#endif

void __wrap_conf_parse(const char *name);
void __wrap_conf_parse(const char *name)
{
	if (!parsed)
		__real_conf_parse(name);
	parsed = true;
}

/* What the recorded .config says of a symbol: 'y', 'n', or 0 where it says neither. */
static char recorded_value(const char *name)
{
	char line[256];
	const char *at;

	snprintf(line, sizeof(line), "\nCONFIG_%s=y\n", name);
	if (strstr(recorded, line))
		return 'y';
	snprintf(line, sizeof(line), "\n# CONFIG_%s is not set\n", name);
	at = strstr(recorded, line);
	return at ? 'n' : 0;
}

static void log_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", log_file);
		else if (*text == '\t')
			fputs("\\t", log_file);
		else if (*text == '\\')
			fputs("\\\\", log_file);
		else
			fputc(*text, log_file);
	}
}

FILE *__wrap_popen(const char *command, const char *mode);
FILE *__wrap_popen(const char *command, const char *mode)
{
	/* What $(success,...) and $(failure,...) of scripts/Kconfig.include end with. */
	bool success = strstr(command, "&& echo \"y\" || echo \"n\"");
	bool failure = strstr(command, "&& echo \"n\" || echo \"y\"");
	const char *name = current_entry && current_entry->sym ? current_entry->sym->name : NULL;
	char value = recorded && name && (success || failure) ? recorded_value(name) : 0;
	static char text[4096];
	const char *how = "run";

	if (value) {
		text[0] = value;
		text[1] = 0;
		how = "recorded";
	} else {
		FILE *real = __real_popen(command, mode);
		size_t count;

		if (!real)
			return NULL;
		count = fread(text, 1, sizeof(text) - 1, real);
		text[count] = 0;
		__real_pclose(real);
	}
	if (log_file) {
		fprintf(log_file, "%s\t%s\t", name ? name : "", how);
		log_text(command);
		fputc('\t', log_file);
		log_text(text);
		fputc('\n', log_file);
	}
	played = *text ? fmemopen(text, strlen(text), "r") : fopen("/dev/null", "r");
	return played;
}

int __wrap_pclose(FILE *stream);
int __wrap_pclose(FILE *stream)
{
	if (stream != played)
		return __real_pclose(stream);
	played = NULL;
	return fclose(stream);
}

/* --- the answers -------------------------------------------------------------------------------------------------- */

static struct symbol *judged(void)
{
	struct symbol *sym = sym_find(wanted);

	if (!sym || sym->type == S_UNKNOWN)
		return NULL;
	return sym;
}

static void put_error(const char *text)
{
	fputc('{', out);
	put_pair("error", text);
	fputs("}\n", out);
}

static tristate clause_value(const struct clause *c)
{
	tristate value = expr_calc_value(c->expr);

	/* `depends on X if Y` holds where Y is n. */
	if (c->cond && expr_calc_value(c->cond) == no)
		return yes;
	return value;
}

static void put_clauses(void)
{
	fputs("\"clauses\":[", out);
	for (int i = 0; i < clauses_count; i++) {
		bool first = true;

		fputs(i ? ",{" : "{", out);
		put_place(clauses[i].filename, clauses[i].lineno);
		fputc(',', out);
		put_expr("text", clauses[i].expr);
		if (clauses[i].cond) {
			fputc(',', out);
			put_expr("if", clauses[i].cond);
		}
		fputc(',', out);
		put_pair("value", word(clause_value(&clauses[i])));
		fputs(",\"symbols\":{", out);
		put_values(clauses[i].expr, &first);
		put_values(clauses[i].cond, &first);
		fputs("}}", out);
	}
	fputc(']', out);
}

/* The menus, ifs and choices that the symbol stands in, with what they depend on. */
static void put_around(struct symbol *sym)
{
	struct menu *menu;
	bool first = true;

	fputs("\"around\":[", out);
	list_for_each_entry(menu, &sym->menus, link) {
		for (struct menu *up = menu->parent; up && up != &rootmenu; up = up->parent) {
			/* An entry of its own menu can be a symbol that Kconfig indents it under: no condition then. */
			if (!up->dep && !up->visibility)
				continue;
			if (!first)
				fputc(',', out);
			first = false;
			fputc('{', out);
			put_place(up->filename, up->lineno);
			fputc(',', out);
			put_expr("depends", up->dep);
			fputc(',', out);
			put_pair("value", word(up->dep ? expr_calc_value(up->dep) : yes));
			fputc(',', out);
			put_pair("visible", word(up->visibility ? expr_calc_value(up->visibility) : yes));
			fputc('}', out);
		}
	}
	fputc(']', out);
}

static void put_selects(struct symbol *target)
{
	struct symbol *sym;
	bool first = true;

	fputs("\"selects\":[", out);
	for_all_symbols(sym) {
		struct property *prop;

		for_all_properties(sym, prop, P_SELECT) {
			tristate value;

			if (prop_get_symbol(prop) != target)
				continue;
			sym_calc_value(sym);
			value = sym_get_tristate_value(sym);
			if (prop->visible.expr)
				value = EXPR_AND(value, expr_calc_value(prop->visible.expr));
			if (!first)
				fputc(',', out);
			first = false;
			fputc('{', out);
			put_pair("by", sym->name ? sym->name : "");
			fputc(',', out);
			put_place(prop->filename, prop->lineno);
			fputc(',', out);
			put_expr("if", prop->visible.expr);
			fputc(',', out);
			put_pair("value", word(value));
			fputc('}', out);
		}
	}
	fputc(']', out);
}

static void put_symbol(const char *name)
{
	struct symbol *sym = sym_find(name);

	put_string(name);
	if (!sym || sym->type == S_UNKNOWN) {
		fputs(":null", out);
		return;
	}
	sym_calc_value(sym);
	fputs(":{", out);
	put_pair("value", sym_get_string_value(sym));
	fputc(',', out);
	put_pair("visible", word(sym->visible));
	fputc(',', out);
	put_pair("type", sym_type_name(sym->type));
	fputc('}', out);
}

static bool take(const char *file)
{
	if (!conf_read(file))
		return true;
	put_error("cannot be read");
	return false;
}

static void judge(const char *file, char **names)
{
	struct symbol *sym = judged();
	struct symbol *have = sym_find("HAVE_RUST");
	tristate possible = yes;

	if (!take(file))
		return;
	fputc('{', out);
	put_pair("file", file);
	fprintf(out, ",\"defined\":%s", sym ? "true" : "false");
	if (sym) {
		bool prompt = false;
		struct property *prop;

		sym_calc_value(sym);
		for_all_prompts(sym, prop)
			prompt = true;
		/* All but what stands for the tools at hand, which is told apart. */
		for (int i = 0; i < clauses_count; i++) {
			struct expr *e = clauses[i].expr;

			if (e->type == E_SYMBOL && e->left.sym->name && !strcmp(e->left.sym->name, "RUST_IS_AVAILABLE"))
				continue;
			possible = EXPR_AND(possible, clause_value(&clauses[i]));
		}
		fputc(',', out);
		put_pair("value", sym_get_string_value(sym));
		fputc(',', out);
		put_pair("visible", word(sym->visible));
		fputc(',', out);
		put_pair("clauses_without_tools", word(possible));
		fprintf(out, ",\"prompt\":%s,", prompt ? "true" : "false");
		put_clauses();
		fputc(',', out);
		put_around(sym);
		fputc(',', out);
		if (have)
			put_selects(have);
		else
			fputs("\"selects\":[]", out);
	}
	fputs(",\"symbols\":{", out);
	put_symbol("HAVE_RUST");
	fputc(',', out);
	put_symbol("RUST_IS_AVAILABLE");
	for (int i = 0; names[i]; i++) {
		fputc(',', out);
		put_symbol(names[i]);
	}
	fputs("}}\n", out);
}

static void values(const char *file, char **names)
{
	if (!take(file))
		return;
	fputc('{', out);
	for (int i = 0; names[i]; i++) {
		if (i)
			fputc(',', out);
		put_symbol(names[i]);
	}
	fputs("}\n", out);
}

/* --- what a symbol rests on --------------------------------------------------------------------------------------- */

#define MOST_SYMBOLS 20000
static struct symbol *reached[MOST_SYMBOLS];
static int depths[MOST_SYMBOLS];
static int reached_count;

static void reach(struct symbol *sym, int depth)
{
	if (!sym || !sym->name || sym->flags & SYMBOL_CONST || sym->type == S_UNKNOWN)
		return;
	for (int i = 0; i < reached_count; i++)
		if (reached[i] == sym)
			return;
	if (reached_count < MOST_SYMBOLS) {
		reached[reached_count] = sym;
		depths[reached_count++] = depth;
	}
}

static void reach_expr(const struct expr *e, int depth)
{
	if (!e)
		return;
	switch (e->type) {
	case E_AND:
	case E_OR:
		reach_expr(e->left.expr, depth);
		reach_expr(e->right.expr, depth);
		break;
	case E_NOT:
		reach_expr(e->left.expr, depth);
		break;
	case E_SYMBOL:
		reach(e->left.sym, depth);
		break;
	default:
		reach(e->left.sym, depth);
		reach(e->right.sym, depth);
	}
}

static void closure(int deepest)
{
	reached_count = 0;
	reach(judged(), 0);
	for (int i = 0; i < reached_count; i++) {
		struct symbol *sym = reached[i];
		struct menu *choice;
		int depth = depths[i] + 1;

		if (depth > deepest)
			break;
		reach_expr(sym->dir_dep.expr, depth);
		reach_expr(sym->rev_dep.expr, depth);
		for (struct property *prop = sym->prop; prop; prop = prop->next) {
			if (prop->type == P_SELECT || prop->type == P_IMPLY)
				continue;
			reach_expr(prop->visible.expr, depth);
			if (prop->type == P_DEFAULT)
				reach_expr(prop->expr, depth);
		}
		choice = sym_get_choice_menu(sym);
		if (choice) {
			struct symbol *other;

			list_for_each_entry(other, &choice->choice_members, choice_link)
				reach(other, depth);
		}
	}
	fputc('[', out);
	for (int i = 0; i < reached_count; i++) {
		bool prompt = false;
		struct property *prop;

		for_all_prompts(reached[i], prop)
			prompt = true;
		fputs(i ? ",{" : "{", out);
		put_pair("name", reached[i]->name);
		fputc(',', out);
		put_pair("type", sym_type_name(reached[i]->type));
		fprintf(out, ",\"depth\":%d,\"prompt\":%s,\"choice\":%s}", depths[i], prompt ? "true" : "false",
			sym_get_choice_menu(reached[i]) ? "true" : "false");
	}
	fputs("]\n", out);
}

/* --- conf itself -------------------------------------------------------------------------------------------------- */

static void run(char **fields, char *kconfig)
{
	char *arguments[MOST_FIELDS + 3] = { "conf" };
	int count = 1, status = 0;
	pid_t child;

	for (int i = 3; fields[i]; i++)
		arguments[count++] = fields[i];
	arguments[count++] = kconfig;
	arguments[count] = NULL;
	fflush(NULL);
	child = fork();
	if (!child) {
		setenv("KCONFIG_CONFIG", fields[0], 1);
		if (*fields[1])
			setenv("KCONFIG_SEED", fields[1], 1);
		if (*fields[2])
			setenv("KCONFIG_ALLCONFIG", fields[2], 1);
		optind = 1;
		status = conf_main(count, arguments);
		fflush(NULL);
		_exit(status);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		put_error("cannot fork");
		return;
	}
	fprintf(out, "{\"status\":%d}\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void silence(const char *text)
{
	(void)text;
}

static char *whole(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text;
	size_t size;

	if (!file) {
		perror(name);
		exit(3);
	}
	text = malloc(1 << 26);
	if (!text)
		exit(3);
	text[0] = '\n';
	size = fread(text + 1, 1, (1 << 26) - 2, file);
	text[size + 1] = 0;
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	FILE *in;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int option;

	while ((option = getopt(argc, argv, "a:l:s:")) != -1) {
		if (option == 'a')
			recorded = whole(optarg);
		else if (option == 'l')
			log_file = fopen(optarg, "w");
		else if (option == 's')
			wanted = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "oracle: expected one Kconfig file\n");
		return 2;
	}
	/* Kconfig's $(info,...) goes to stdout, which is ours: it keeps a copy, and the rest becomes stderr. */
	out = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 3), "w");
	dup2(2, 1);
	/* Nor may a command that Kconfig runs read what is meant for us. */
	in = fdopen(fcntl(0, F_DUPFD_CLOEXEC, 3), "r");
	if (!out || !in || !freopen("/dev/null", "r", stdin))
		return 3;
	conf_set_message_callback(silence);
	conf_parse(argv[optind]);
	if (log_file)
		fclose(log_file);
	log_file = NULL;
	while ((length = getline(&line, &room, in)) > 0) {
		char *fields[MOST_FIELDS + 1] = { NULL };
		char *rest = line;
		int count = 0;

		if (line[length - 1] == '\n')
			line[length - 1] = 0;
		while (rest && count < MOST_FIELDS)
			fields[count++] = strsep(&rest, "\t");
		if (!strcmp(fields[0], "judge") && count >= 2)
			judge(fields[1], fields + 2);
		else if (!strcmp(fields[0], "run") && count >= 5)
			run(fields + 1, argv[optind]);
		else if (!strcmp(fields[0], "closure") && count == 2)
			closure(atoi(fields[1]));
		else if (!strcmp(fields[0], "value") && count >= 3)
			values(fields[1], fields + 2);
		else
			put_error("no such command");
		fflush(out);
	}
	free(line);
	return 0;
}
