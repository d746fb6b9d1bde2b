using System.Runtime.CompilerServices;

// The kernels write every local before they read it; clearing their stack frames would cost as much as a few products.
[module: SkipLocalsInit]
