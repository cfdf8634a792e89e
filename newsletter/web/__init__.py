"""The pages: readers subscribe, confirm, change, pause and leave; the operator looks on."""
