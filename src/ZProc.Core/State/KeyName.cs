namespace ZProc.Core.State;

/// <summary>The rules for keys and namespace names: 1 to 1024 characters, none of them a control character or half of a surrogate pair.</summary>
public static class KeyName
{
    /// <summary>The longest key, in UTF-16 code units.</summary>
    public const int MaximumLength = 1024;

    /// <summary>Namespaces that start with this are ZProc's own: users read and watch them, ZProc writes them.</summary>
    public const char ReservedPrefix = '$';

    /// <summary>The namespace that holds one record for each process.</summary>
    public const string Processes = "$processes";

    /// <summary>The namespace in which sessions ask each other for something: a key is the one asked and the request.</summary>
    public const string Requests = "$requests";

    /// <summary>The namespace in which a server of its own process says that it looks after processes.</summary>
    public const string Server = "$server";

    /// <summary>What the namespaces through which output goes to a session begin with; that session's client id follows.</summary>
    public const string OutputPrefix = "$output/";

    /// <summary>Checks that a namespace is users' to change.</summary>
    /// <exception cref="FaultException"><see cref="Fault.InvalidKey"/>.</exception>
    public static void CheckWritable(string ns)
    {
        if (ns.StartsWith(ReservedPrefix))
        {
            throw new FaultException(Fault.InvalidKey, $"The namespace '{ns}' is kept by ZProc itself: it can be read and watched, not changed.", ns);
        }
    }

    /// <summary>Checks a key or a namespace name.</summary>
    /// <exception cref="FaultException"><see cref="Fault.InvalidKey"/>.</exception>
    public static void Check(string key, string what = "key")
    {
        if (string.IsNullOrEmpty(key))
        {
            throw new FaultException(Fault.InvalidKey, $"An empty {what} is not possible. A {what} has 1 to {MaximumLength} characters.", key);
        }

        if (key.Length > MaximumLength)
        {
            throw new FaultException(Fault.InvalidKey, $"That {what} has {key.Length} characters. A {what} has 1 to {MaximumLength}.", key[..32] + "…");
        }

        for (var i = 0; i < key.Length; i++)
        {
            var character = key[i];
            if (char.IsControl(character))
            {
                throw new FaultException(Fault.InvalidKey, $"That {what} holds the control character U+{(int)character:X4}. Use printable characters only.", key);
            }

            if (char.IsSurrogate(character))
            {
                if (i + 1 == key.Length || !char.IsSurrogatePair(character, key[++i]))
                {
                    // It has no form in UTF-8, and would arrive at others as another key.
                    throw new FaultException(Fault.InvalidKey, $"That {what} holds half of a surrogate pair, U+{(int)character:X4}. Use whole characters only.", key);
                }
            }
        }
    }
}
