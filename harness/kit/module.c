/* Walk the section that MODULE() fills. */
#include "kit/module.h"
#include "kit/printk.h"

/* From the linker; weak, for a program without a module. */
extern const struct module *const __start_unpark_modules[]
	__attribute__((weak));
extern const struct module *const __stop_unpark_modules[] __attribute__((weak));

static unsigned int nr_booted;

const struct module *module_get(unsigned int i)
{
	if (__start_unpark_modules + i >= __stop_unpark_modules)
		return NULL;
	return __start_unpark_modules[i];
}

int module_boot(void)
{
	const struct module *m;
	int err;

	for (nr_booted = 0; (m = module_get(nr_booted)); nr_booted++) {
		err = m->init ? m->init() : 0;
		if (err) {
			pr_err("module %s: init returned %d\n", m->name, err);
			module_unload();
			return err;
		}
	}
	return 0;
}

void module_unload(void)
{
	while (nr_booted) {
		const struct module *m = module_get(--nr_booted);

		if (m->exit)
			m->exit();
	}
}
