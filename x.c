static void x_publish(struct x *x)
{
	/* release: pairs with x_take() */
	atomic_store_explicit(&x->ready, true, memory_order_release);
}
