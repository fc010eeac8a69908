// New paper shows by itself.
setTimeout(() => location.reload(), 5000);
