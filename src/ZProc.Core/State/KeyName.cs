namespace ZProc.Core.State;

/// <summary>The rules for keys and namespace names: 1 to 1024 characters, none of them a control character or half of a surrogate pair.</summary>
public static class KeyName
{
    /// <summary>The longest key, in UTF-16 code units.</summary>
    public const int MaximumLength = 1024;

    /// <summary>The first character of ZProc's own namespaces: users read and watch them, ZProc writes them.</summary>
    public const char ReservedPrefix = '$';

    /// <summary>The namespace that holds one record for each process.</summary>
    public const string Processes = "$processes";

    /// <summary>The namespace of requests between sessions. See <see cref="ZProc.Core.Processes.RequestKey"/>.</summary>
    public const string Requests = "$requests";

    /// <summary>The namespace in which a server in its own process announces that it supervises processes.</summary>
    public const string Server = "$server";

    /// <summary>
    /// The namespace in which a server with its state on disk keeps what its processes were started with, by the id of their records, so
    /// that the next server on the state can start them again.
    /// </summary>
    public const string Starts = "$starts";

    /// <summary>The beginning of the namespaces that carry output to a session; that session's client id follows.</summary>
    public const string OutputPrefix = "$output/";

    /// <summary>The beginning of the namespaces that carry output to one session.</summary>
    public static string OutputPrefixOf(Guid session) => $"{OutputPrefix}{session:D}/";

    /// <summary>Checks that users may change a namespace.</summary>
    /// <exception cref="FaultException"><see cref="Fault.InvalidKey"/>.</exception>
    public static void CheckWritable(string ns)
    {
        if (ns.StartsWith(ReservedPrefix))
        {
            throw new FaultException(Fault.InvalidKey, $"The namespace '{ns}' is ZProc's own: it can be read and watched, not changed. Use a name without '{ReservedPrefix}'.", ns);
        }
    }

    /// <summary>Checks a key or a namespace name.</summary>
    /// <exception cref="FaultException"><see cref="Fault.InvalidKey"/>.</exception>
    public static void Check(string key, string what = "key")
    {
        if (string.IsNullOrEmpty(key))
        {
            throw new FaultException(Fault.InvalidKey, $"The {what} is empty. Give 1 to {MaximumLength} characters.", key);
        }

        if (key.Length > MaximumLength)
        {
            throw new FaultException(Fault.InvalidKey, $"The {what} has {key.Length} characters. Give 1 to {MaximumLength}.", key[..32] + "…");
        }

        for (var i = 0; i < key.Length; i++)
        {
            var character = key[i];
            if (char.IsControl(character))
            {
                throw new FaultException(Fault.InvalidKey, $"The {what} holds the control character U+{(int)character:X4}. Use printable characters only.", key);
            }

            if (char.IsSurrogate(character))
            {
                if (i + 1 == key.Length || !char.IsSurrogatePair(character, key[++i]))
                {
                    // UTF-8 has no form for half a pair: the key would be another one in other processes.
                    throw new FaultException(Fault.InvalidKey, $"The {what} holds half of a surrogate pair, U+{(int)character:X4}. Use whole characters only.", key);
                }
            }
        }
    }
}
